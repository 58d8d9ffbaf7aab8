import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import type { ApiContext } from './api-context.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';
import { NEW_TENANT, TENANT, TENANT_CHANGE, tenantDocument } from './tenant-schema.ts';

const TAGS = ['tenants'];
const PARAMS = z.object({ tenant: z.string() });
const CONFIRMATION = z.strictObject({
  confirm: z.string().optional().describe('The slug again: everything that the tenant owns is erased for ever.'),
});

/** Tenants: an operator makes and erases them, a tenant's key reads its own and sets its policy. */
export const tenantRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { tenants } = context.tenancy;

  app.post(
    '/tenants',
    {
      config: { access: 'operator' },
      schema: {
        tags: TAGS,
        summary: 'Create a tenant',
        description: 'The reply names its SCIM endpoint. Create a provisioning token next.',
        body: NEW_TENANT,
        response: { 201: TENANT, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const tenant = await tenants.create(request.body);
      return reply.code(201).send(tenantDocument(context, tenant));
    },
  );

  app.get(
    '/tenants',
    {
      config: { access: 'operator' },
      schema: {
        tags: TAGS,
        summary: 'List tenants',
        description: 'In the order of their slugs.',
        querystring: PAGE_QUERY,
        response: { 200: pageOf(TENANT), ...REFUSALS },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const found = await tenants.list({ limit: limit + 1, after: cursor });
      return toPage(found, limit, { item: (each) => tenantDocument(context, each), cursor: (each) => each.slug });
    },
  );

  app.get(
    '/tenants/:tenant',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Show a tenant',
        description: 'With its endpoint and every switch of its policy.',
        params: PARAMS,
        response: { 200: TENANT, ...REFUSALS },
      },
    },
    async ({ params }) => tenantDocument(context, await tenants.get(params.tenant)),
  );

  app.patch(
    '/tenants/:tenant',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Change a tenant',
        description: 'What the body does not name stays as it is.',
        params: PARAMS,
        body: TENANT_CHANGE,
        response: { 200: TENANT, ...REFUSALS },
      },
    },
    async ({ params, body, principal }) => {
      if (body.disabled !== undefined && principal?.kind !== 'operator') {
        throw new Problem('forbidden', "Switching an endpoint off or on needs an operator's key.");
      }
      return tenantDocument(context, await tenants.update(params.tenant, body));
    },
  );

  app.delete(
    '/tenants/:tenant',
    {
      config: { access: 'operator' },
      schema: {
        tags: TAGS,
        summary: 'Erase a tenant',
        description:
          'With all its users, groups, tokens, keys and history. An interrupted erasure is repeated by asking again.',
        params: PARAMS,
        querystring: CONFIRMATION,
        response: { 204: z.null(), ...REFUSALS },
      },
    },
    async ({ params, query }, reply) => {
      await tenants.get(params.tenant);
      assertConfirmed(params.tenant, query.confirm);
      await tenants.delete(params.tenant);
      return reply.code(204).send(null);
    },
  );
};

function assertConfirmed(slug: string, confirm: string | undefined): void {
  if (confirm === slug) return;
  throw new Problem(
    'confirmation-needed',
    `Everything that tenant "${slug}" owns would be erased for ever: repeat the request with ?confirm=${slug}.`,
  );
}
