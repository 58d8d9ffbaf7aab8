import { guideSchema } from '@rollcall/engine';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ApiContext } from './api-context.ts';
import { ID_PAGE_QUERY, JOB_PARAMS, TENANT_PARAMS } from './engine-params.ts';
import { JOB, JOB_CHANGE, jobDocument, NEW_JOB } from './job-schema.ts';
import { pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';

const TAGS = ['jobs'];

/** Jobs: which source is brought to which application, and how. */
export const jobRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { engine } = context.engine;

  app.post(
    '/tenants/:tenant/jobs',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Create a job',
        description: 'Nothing runs yet: begin a cycle next. A schema with a problem is refused, with every problem.',
        params: TENANT_PARAMS,
        body: NEW_JOB,
        response: { 201: JOB, ...REFUSALS },
      },
    },
    async ({ params: { tenant }, body: { userNameFrom, ...body } }, reply) => {
      const schema = body.schema ?? guideSchema(userNameFrom === undefined ? {} : { userNameFrom });
      return reply.code(201).send(jobDocument(await engine.saveJob({ tenant, ...body, schema })));
    },
  );

  app.get(
    '/tenants/:tenant/jobs',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List jobs',
        description: 'In the order of their making.',
        params: TENANT_PARAMS,
        querystring: ID_PAGE_QUERY,
        response: { 200: pageOf(JOB), ...REFUSALS },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const found = await engine.listJobs(params.tenant, { limit: limit + 1, after: cursor });
      return toPage(found, limit, { item: jobDocument, cursor: (each) => each.id });
    },
  );

  app.get(
    '/tenants/:tenant/jobs/:job',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Show a job',
        description: 'Its schema, settings and status, as one document.',
        params: JOB_PARAMS,
        response: { 200: JOB, ...REFUSALS },
      },
    },
    async ({ params: { tenant, job } }) => jobDocument(await engine.getJob({ tenant, jobId: job })),
  );

  app.put(
    '/tenants/:tenant/jobs/:job',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Replace a job',
        description:
          'As one document, so that a change of precedence is one edit. A cycle under way goes on with the job as it was.',
        params: JOB_PARAMS,
        body: JOB_CHANGE,
        response: { 200: JOB, ...REFUSALS },
      },
    },
    async ({ params: { tenant, job }, body }) => {
      const { applicationId, sourceId } = await engine.getJob({ tenant, jobId: job });
      return jobDocument(await engine.saveJob({ tenant, id: job, applicationId, sourceId, ...body }));
    },
  );
};
