import type { NewApiKey } from '@rollcall/service';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from './access.ts';
import type { ApiContext } from './api-context.ts';
import { CREATED_KEY, createdKeyDocument, KEY, keyDocument, NEW_KEY } from './key-schema.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';

/** Whose keys: the operator's, or those of the path's tenant. */
interface KeySet {
  readonly path: string;
  readonly access: 'operator' | 'tenant';
  readonly whose: string;
}

const KEY_SETS: readonly KeySet[] = [
  { path: '/api-keys', access: 'operator', whose: "an operator's key" },
  { path: '/tenants/:tenant/api-keys', access: 'tenant', whose: 'a key of a tenant' },
];

const TAGS = ['api keys'];
const PARAMS = z.object({ tenant: z.string().optional() });
const ONE = z.object({ tenant: z.string().optional(), id: z.string() });

/** Keys of this API: the operator's open everything, a tenant's its own tenant. */
export const keyRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { keys, tenants } = context.tenancy;

  for (const { path, access, whose } of KEY_SETS) {
    app.post(
      path,
      {
        config: { access },
        schema: {
          tags: TAGS,
          summary: `Create ${whose}`,
          description: 'The reply shows the key, this once.',
          params: PARAMS,
          body: NEW_KEY,
          response: { 201: CREATED_KEY, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const created = await keys.create(request.params.tenant, newKey(request.body), actorOf(request));
        return reply.code(201).send(createdKeyDocument(created));
      },
    );

    app.get(
      path,
      {
        config: { access },
        schema: {
          tags: TAGS,
          summary: `List keys: ${whose}`,
          description: 'Newest first, ended ones included; never a secret.',
          params: PARAMS,
          querystring: PAGE_QUERY,
          response: { 200: pageOf(KEY), ...REFUSALS },
        },
      },
      async ({ params, query: { limit, cursor } }) => {
        if (params.tenant !== undefined) await tenants.get(params.tenant);
        const found = await keys.list(params.tenant, { limit: limit + 1, after: cursor });
        return toPage(found, limit, { item: keyDocument, cursor: (each) => each.id });
      },
    );

    app.delete(
      `${path}/:id`,
      {
        config: { access },
        schema: {
          tags: TAGS,
          summary: `Revoke ${whose}`,
          description: 'It stops at once, and stays listed.',
          params: ONE,
          response: { 200: KEY, ...REFUSALS },
        },
      },
      async ({ params }) => keyDocument(await keys.revoke(params.tenant, params.id)),
    );
  }
};

const newKey = ({ name, expiresAt }: z.output<typeof NEW_KEY>): NewApiKey => ({
  name,
  expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
});
