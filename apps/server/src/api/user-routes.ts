import type { RequestContext } from '@rollcall/service';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from './access.ts';
import { type ApiContext, endpointOf } from './api-context.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';
import { NEW_USER, USER, USER_CHANGE, userDocument } from './user-schema.ts';

const TAGS = ['users'];
const PARAMS = z.object({ tenant: z.string() });
const ONE = z.object({ tenant: z.string(), id: z.string() });
const LIST_QUERY = z.strictObject({
  ...PAGE_QUERY.shape,
  userName: z.string().min(1).max(500).optional().describe('Only the account of this name.'),
});

/** Accounts of a tenant, for its administrators. */
export const userRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { users, tenancy } = context;

  app.post(
    '/tenants/:tenant/users',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Create an account by hand',
        description: 'Provisioning that creates the same userName later connects it, where the policy says so.',
        params: PARAMS,
        body: NEW_USER,
        response: { 201: USER, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const user = await users.create(await requestContext(context, request), request.body);
      return reply.code(201).send(userDocument(user));
    },
  );

  app.get(
    '/tenants/:tenant/users',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List accounts',
        description: 'In the order of their making, with their origin.',
        params: PARAMS,
        querystring: LIST_QUERY,
        response: { 200: pageOf(USER), ...REFUSALS },
      },
    },
    async ({ params, query: { limit, cursor, userName } }) => {
      await tenancy.tenants.get(params.tenant);
      const found = await users.list(params.tenant, { limit: limit + 1, after: cursor, userName });
      return toPage(found, limit, { item: userDocument, cursor: (each) => each.id });
    },
  );

  app.get(
    '/tenants/:tenant/users/:id',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Show an account',
        description: 'With its origin, which the SCIM endpoint does not tell.',
        params: ONE,
        response: { 200: USER, ...REFUSALS },
      },
    },
    async ({ params }) => userDocument(await users.get(params.tenant, params.id)),
  );

  app.patch(
    '/tenants/:tenant/users/:id',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Disable, enable or rename an account',
        description: 'What the body does not name stays as it is.',
        params: ONE,
        body: USER_CHANGE,
        response: { 200: USER, ...REFUSALS },
      },
    },
    async (request) => {
      const { params, body } = request;
      return userDocument(await users.update(await requestContext(context, request), params.id, body));
    },
  );
};

/** The tenant's rules, and who asks. */
async function requestContext(
  context: ApiContext,
  request: FastifyRequest<{ Params: { tenant: string } }>,
): Promise<RequestContext> {
  const { slug, policy } = await context.tenancy.tenants.get(request.params.tenant);
  return {
    tenant: slug,
    policy,
    actor: actorOf(request),
    requestId: request.id,
    baseUrl: endpointOf(context, slug),
    now: new Date(),
  };
}
