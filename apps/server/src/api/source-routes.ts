import { SourceError } from '@rollcall/sources';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ApiContext } from './api-context.ts';
import { ID_PAGE_QUERY, SOURCE_PARAMS, TENANT_PARAMS } from './engine-params.ts';
import { pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';
import { NEW_SOURCE, SOURCE, SOURCE_TEST, sourceDocument } from './source-schema.ts';

const TAGS = ['sources'];

/** Directories that the engine reads for a tenant. */
export const sourceRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { engine, checkSource } = context.engine;

  app.post(
    '/tenants/:tenant/sources',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Add a source',
        description: 'Nothing is read yet: test it next, or run a job on it.',
        params: TENANT_PARAMS,
        body: NEW_SOURCE,
        response: { 201: SOURCE, ...REFUSALS },
      },
    },
    async ({ params: { tenant }, body }, reply) => {
      await checkSource({ tenant, ...body });
      const source = await engine.createSource({ tenant, ...body });
      return reply.code(201).send(sourceDocument(source));
    },
  );

  app.get(
    '/tenants/:tenant/sources',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List sources',
        description: 'In the order of their making; never a secret.',
        params: TENANT_PARAMS,
        querystring: ID_PAGE_QUERY,
        response: { 200: pageOf(SOURCE), ...REFUSALS },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const found = await engine.listSources(params.tenant, { limit: limit + 1, after: cursor });
      return toPage(found, limit, { item: sourceDocument, cursor: (each) => each.id });
    },
  );

  app.post(
    '/tenants/:tenant/sources/:source/test',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Test a source',
        description: 'Reads it once and stores nothing: how much is there, or what is wrong and where.',
        params: SOURCE_PARAMS,
        response: { 200: SOURCE_TEST, ...REFUSALS },
      },
    },
    async ({ params: { tenant, source } }) => {
      try {
        return await engine.testSource({ tenant, sourceId: source });
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        return { ok: false, detail: error.message, advice: 'Correct the settings, or ask the operator.' };
      }
    },
  );
};
