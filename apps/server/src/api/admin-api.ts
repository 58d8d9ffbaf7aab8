import swagger from '@fastify/swagger';
import { parseJson } from '@rollcall/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { guardApi } from './access.ts';
import type { ApiContext } from './api-context.ts';
import { engineRoutes } from './engine-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { userRoutes } from './user-routes.ts';

export interface AdminApiOptions {
  readonly context: ApiContext;
  readonly version: string;
  /** Longest time for one request. */
  readonly requestTimeoutMs: number;
}

/** As for SCIM bodies: deeper nesting is an attack, not a request. */
const JSON_DEPTH_MAX = 32;

/** The admin API, registered below `/api/v1`. Every route is described by the schemas that check it. */
export async function adminApi(
  app: FastifyInstance,
  { context, version, requestTimeoutMs }: AdminApiOptions,
): Promise<void> {
  app.addHook('onRoute', (route) => {
    route.handlerTimeout ??= requestTimeoutMs;
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  readJsonOnly(app);
  guardApi(app, context.tenancy);
  await app.register(swagger, { openapi: openapi(version), transform: jsonSchemaTransform });
  await app.register(tenantRoutes, { context });
  await app.register(tokenRoutes, { context });
  await app.register(keyRoutes, { context });
  await app.register(userRoutes, { context });
  await app.register(historyRoutes, { context });
  await app.register(engineRoutes, { context });
  app.get('/openapi.json', { config: { access: 'open' }, schema: { hide: true } }, async () => app.swagger());
}

function readJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: FastifyRequest, body: string) =>
    body === '' ? undefined : parseJson(body, { depthMax: JSON_DEPTH_MAX }),
  );
}

const openapi = (version: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'Rollcall admin API',
    version,
    description:
      'Tenants, their provisioning tokens, keys, accounts and history; sources, applications, jobs and cycles. Errors are problem documents (RFC 9457): compare their `type`.',
  },
  tags: [
    { name: 'tenants', description: 'Organisations, each with a SCIM endpoint of its own.' },
    { name: 'provisioning tokens', description: 'What a SCIM client presents to a tenant’s endpoint.' },
    { name: 'users', description: 'Accounts of a tenant, those made by hand among them.' },
    { name: 'history', description: 'What was changed, by whom.' },
    { name: 'sources', description: 'Directories that the provisioning engine reads.' },
    { name: 'applications', description: 'What the engine provisions: a tenant URL and a secret token.' },
    { name: 'assignments', description: 'Users and groups of a source that are assigned to an application.' },
    { name: 'jobs', description: 'Which source is brought to which application, and how.' },
    { name: 'cycles', description: 'Runs of a job, their ledgers, and what failed.' },
    { name: 'api keys', description: 'What a program presents to this API.' },
  ],
  components: { securitySchemes: { key: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ key: [] }],
});
