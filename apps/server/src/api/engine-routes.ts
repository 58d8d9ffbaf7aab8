import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './api-context.ts';
import { applicationRoutes } from './application-routes.ts';
import { assignmentRoutes } from './assignment-routes.ts';
import { cycleRoutes } from './cycle-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { sourceRoutes } from './source-routes.ts';

/** The provisioning engine of a tenant: what it reads, what it provisions, how, and what it did. */
export async function engineRoutes(app: FastifyInstance, { context }: { readonly context: ApiContext }): Promise<void> {
  // An operator's key reaches every tenant: one that does not exist is 404, not an empty list.
  app.addHook<{ Params: { tenant: string } }>('preHandler', async ({ params }) => {
    await context.tenancy.tenants.get(params.tenant);
  });
  await app.register(sourceRoutes, { context });
  await app.register(applicationRoutes, { context });
  await app.register(assignmentRoutes, { context });
  await app.register(jobRoutes, { context });
  await app.register(cycleRoutes, { context });
}
