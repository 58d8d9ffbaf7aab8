import type { NewToken } from '@rollcall/service';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from './access.ts';
import type { ApiContext } from './api-context.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';
import { CREATED_TOKEN, createdTokenDocument, NEW_TOKEN, RESET, TOKEN, tokenDocument } from './token-schema.ts';

const TAGS = ['provisioning tokens'];
const PARAMS = z.object({ tenant: z.string() });
const ONE = z.object({ tenant: z.string(), id: z.string() });

/** Provisioning tokens of a tenant's endpoint. */
export const tokenRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { tokens } = context.tenancy;

  app.post(
    '/tenants/:tenant/provisioning-tokens',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Create a provisioning token',
        description: 'Beside those there are: several may be valid, so that clients can change over one by one.',
        params: PARAMS,
        body: NEW_TOKEN,
        response: { 201: CREATED_TOKEN, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const created = await tokens.create(request.params.tenant, newToken(request.body), actorOf(request));
      return reply.code(201).send(createdTokenDocument(context, created));
    },
  );

  app.post(
    '/tenants/:tenant/provisioning-tokens/reset',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Reset the provisioning token',
        description: 'Makes a new token and ends all earlier ones at once.',
        params: PARAMS,
        body: RESET,
        response: { 201: CREATED_TOKEN, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const input = newToken(request.body ?? { name: 'reset' });
      const created = await tokens.reset(request.params.tenant, input, actorOf(request));
      return reply.code(201).send(createdTokenDocument(context, created));
    },
  );

  app.get(
    '/tenants/:tenant/provisioning-tokens',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List provisioning tokens',
        description: 'Newest first, ended ones included; never a secret.',
        params: PARAMS,
        querystring: PAGE_QUERY,
        response: { 200: pageOf(TOKEN), ...REFUSALS },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const found = await tokens.list(params.tenant, { limit: limit + 1, after: cursor });
      return toPage(found, limit, { item: tokenDocument, cursor: (each) => each.id });
    },
  );

  app.get(
    '/tenants/:tenant/provisioning-tokens/:id',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Show a provisioning token',
        description: 'Everything but the secret.',
        params: ONE,
        response: { 200: TOKEN, ...REFUSALS },
      },
    },
    async ({ params }) => tokenDocument(await tokens.get(params.tenant, params.id)),
  );

  app.delete(
    '/tenants/:tenant/provisioning-tokens/:id',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Revoke a provisioning token',
        description: 'It stops at once, and stays listed.',
        params: ONE,
        response: { 200: TOKEN, ...REFUSALS },
      },
    },
    async (request) => tokenDocument(await tokens.revoke(request.params.tenant, request.params.id, actorOf(request))),
  );
};

function newToken(body: z.output<typeof NEW_TOKEN>): NewToken {
  const { name, scopes, expiresAt } = body;
  return { name, scopes, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
}
