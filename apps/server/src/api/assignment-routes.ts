import type { SourceReference } from '@rollcall/sources';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import type { ApiContext } from './api-context.ts';
import { APPLICATION_PARAMS } from './engine-params.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';

const TAGS = ['assignments'];
const OBJECTS_MAX = 1000;

const ASSIGNMENT = z.object({
  type: z.enum(['User', 'Group']),
  id: z.string().describe("The source's own id, such as `objectId`."),
});

const ASSIGNMENTS = z
  .strictObject({
    objects: z
      .array(z.strictObject({ type: ASSIGNMENT.shape.type, id: z.string().min(1).max(500) }))
      .min(1)
      .max(OBJECTS_MAX),
  })
  .meta({ example: { objects: [{ type: 'Group', id: '6f0b2f6e-2c3c-4b53-9c1d-9a1f9b3f1a10' }] } });

const QUERY = z.strictObject({
  limit: PAGE_QUERY.shape.limit,
  cursor: z.string().max(2000).optional().describe('The `nextCursor` of the page before.'),
});

/** Users and groups of the source that are assigned to an application: the job's scope, unless it is `all`. */
export const assignmentRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { engine } = context.engine;

  app.post(
    '/tenants/:tenant/applications/:application/assignments',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Assign users and groups',
        description: 'They are in scope from the next cycle on. What is assigned already stays so.',
        params: APPLICATION_PARAMS,
        body: ASSIGNMENTS,
        response: { 204: z.null(), ...REFUSALS },
      },
    },
    async ({ params: { tenant, application }, body: { objects } }, reply) => {
      await engine.assign({ tenant, applicationId: application, objects });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/tenants/:tenant/applications/:application/assignments',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Take assignments away',
        description: 'Whoever is in scope by nothing else leaves it with the next cycle.',
        params: APPLICATION_PARAMS,
        body: ASSIGNMENTS,
        response: { 204: z.null(), ...REFUSALS },
      },
    },
    async ({ params: { tenant, application }, body: { objects } }, reply) => {
      await engine.unassign({ tenant, applicationId: application, objects });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/tenants/:tenant/applications/:application/assignments',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List assignments',
        description: 'Groups first, each type in the order of its ids.',
        params: APPLICATION_PARAMS,
        querystring: QUERY,
        response: { 200: pageOf(ASSIGNMENT), ...REFUSALS },
      },
    },
    async ({ params: { tenant, application }, query: { limit, cursor } }) => {
      const page = { tenant, applicationId: application, limit: limit + 1, after: decodeCursor(cursor) };
      const found = await engine.listAssignments(page);
      return toPage(found, limit, { item: (each) => ({ ...each }), cursor: encodeCursor });
    },
  );
};

/** The ids are the source's own text, so the cursor carries them in an alphabet of URLs. */
const encodeCursor = ({ type, id }: SourceReference): string => Buffer.from(`${type}:${id}`).toString('base64url');

function decodeCursor(cursor: string | undefined): SourceReference | undefined {
  if (cursor === undefined) return undefined;
  const [, type, id] = /^(User|Group):(\P{Cc}+)$/u.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id !== undefined && (type === 'User' || type === 'Group')) return { type, id };
  throw new Problem('invalid-value', 'query.cursor: give a nextCursor as a reply had it.');
}
