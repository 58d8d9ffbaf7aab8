import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import type { ApiContext } from './api-context.ts';
import {
  BEGUN_CYCLE,
  CYCLE,
  CYCLE_REPORT,
  cycleDocument,
  cycleReportDocument,
  ESCROWED,
  escrowedDocument,
  OPERATION,
  operationDocument,
} from './cycle-schema.ts';
import { CYCLE_PARAMS, JOB_PARAMS, LATEST_QUERY } from './engine-params.ts';
import { PAGE_QUERY, pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';

const TAGS = ['cycles'];
const LEDGER_QUERY = z.strictObject({
  limit: PAGE_QUERY.shape.limit,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'give a nextCursor as a reply had it')
    .optional()
    .describe('The `nextCursor` of the page before.'),
});
const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

/** Cycles of a job: begun, followed, and what their ledgers say. */
export const cycleRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { engine, cycles } = context.engine;

  app.post(
    '/tenants/:tenant/jobs/:job/cycles',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Begin a cycle',
        description:
          'The initial one, or an incremental one after it. It runs in the background: ask for it by its id. One at a time for each job.',
        params: JOB_PARAMS,
        response: { 202: BEGUN_CYCLE, ...REFUSALS },
      },
    },
    async ({ params: { tenant, job } }, reply) => {
      const { status } = await engine.getJob({ tenant, jobId: job });
      if (status === 'off') {
        throw new Problem('job-off', `Provisioning Status of job ${job} is off: switch it on to run a cycle.`);
      }
      const { cycleId } = await cycles.begin({ tenant, jobId: job });
      return reply.code(202).send({ id: cycleId });
    },
  );

  app.get(
    '/tenants/:tenant/jobs/:job/cycles',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List cycles',
        description: 'The latest ones, newest first.',
        params: JOB_PARAMS,
        querystring: LATEST_QUERY,
        response: { 200: listOf(CYCLE), ...REFUSALS },
      },
    },
    async ({ params: { tenant, job }, query: { limit } }) => {
      await engine.getJob({ tenant, jobId: job });
      return { items: (await engine.listCycles({ tenant, jobId: job }, { limit })).map(cycleDocument) };
    },
  );

  app.get(
    '/tenants/:tenant/jobs/:job/cycles/:cycle',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Show a cycle',
        description: 'Its state, how far it has come, and what it has done so far.',
        params: CYCLE_PARAMS,
        response: { 200: CYCLE_REPORT, ...REFUSALS },
      },
    },
    async ({ params: { tenant, job, cycle } }) =>
      cycleReportDocument(await engine.getCycle({ tenant, jobId: job, cycleId: cycle })),
  );

  app.get(
    '/tenants/:tenant/jobs/:job/cycles/:cycle/operations',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: "Read a cycle's ledger",
        description: 'Every operation in the order in which it was planned: the request, and what was answered.',
        params: CYCLE_PARAMS,
        querystring: LEDGER_QUERY,
        response: { 200: pageOf(OPERATION), ...REFUSALS },
      },
    },
    async ({ params: { tenant, job, cycle }, query: { limit, cursor } }) => {
      const key = { tenant, jobId: job, cycleId: cycle };
      const found = await engine.listOperations(key, { after: Number(cursor ?? 0), limit: limit + 1 });
      if (found.length === 0) await engine.getCycle(key);
      return toPage(found, limit, { item: operationDocument, cursor: (each) => String(each.number) });
    },
  );

  app.get(
    '/tenants/:tenant/jobs/:job/escrow',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List escrowed objects',
        description: 'Objects whose last operation failed: with the reason, and tried again by every cycle.',
        params: JOB_PARAMS,
        querystring: LATEST_QUERY,
        response: { 200: listOf(ESCROWED), ...REFUSALS },
      },
    },
    async ({ params: { tenant, job }, query: { limit } }) => {
      await engine.getJob({ tenant, jobId: job });
      return { items: (await engine.listEscrow({ tenant, jobId: job }, { limit })).map(escrowedDocument) };
    },
  );
};
