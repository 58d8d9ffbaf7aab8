import { HISTORY_MEMBERS_MAX, type HistoryEntry } from '@rollcall/service';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiContext } from './api-context.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';

const QUERY = z.strictObject({
  ...PAGE_QUERY.shape,
  resourceId: z.uuid('give the id of a user or group').optional().describe('Only the changes of this one.'),
});

const VALUES = z.record(z.string(), z.unknown()).nullable();

const ENTRY = z.object({
  id: z.int(),
  resourceId: z.string(),
  resourceType: z.string(),
  action: z.string(),
  version: z.int().describe('The version that the change made.'),
  before: VALUES.describe('The attributes that changed, as they were.'),
  after: VALUES,
  membersAdded: z.array(z.string()).describe(`Ids, at most ${HISTORY_MEMBERS_MAX}.`),
  membersRemoved: z.array(z.string()).describe(`Ids, at most ${HISTORY_MEMBERS_MAX}.`),
  actor: z.string().describe('Who did it: `token:…` or `key:…` with the public id.'),
  requestId: z.string(),
  at: z.string(),
});

/** What was changed in a tenant, by whom. */
export const historyRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { listHistory, tenancy } = context;

  app.get(
    '/tenants/:tenant/history',
    {
      config: { access: 'tenant' },
      schema: {
        tags: ['history'],
        summary: 'List changes',
        description: 'Of users and groups, newest first: before, after, who, and under which request.',
        params: z.object({ tenant: z.string() }),
        querystring: QUERY,
        response: { 200: pageOf(ENTRY), ...REFUSALS },
      },
    },
    async ({ params, query: { limit, cursor, resourceId } }) => {
      await tenancy.tenants.get(params.tenant);
      const found = await listHistory(params.tenant, { limit: limit + 1, after: cursor, resourceId });
      return toPage(found, limit, { item: entryDocument, cursor: (each) => String(each.id) });
    },
  );
};

const entryDocument = (entry: HistoryEntry): z.input<typeof ENTRY> => ({
  ...entry,
  membersAdded: [...entry.membersAdded],
  membersRemoved: [...entry.membersRemoved],
  at: entry.at.toISOString(),
});
