import { completeProfile } from '@rollcall/targets';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { Problem } from '../http/problem.ts';
import type { ApiContext } from './api-context.ts';
import {
  APPLICATION,
  APPLICATION_CHANGE,
  applicationDocument,
  CONNECTION_TEST,
  connectionTestDocument,
  NEW_APPLICATION,
} from './application-schema.ts';
import { APPLICATION_PARAMS, ID_PAGE_QUERY, TENANT_PARAMS } from './engine-params.ts';
import { pageOf, toPage } from './page-schema.ts';
import { REFUSALS } from './problem-schema.ts';

const TAGS = ['applications'];

/** Applications that the engine provisions for a tenant. */
export const applicationRoutes: FastifyPluginAsyncZod<{ readonly context: ApiContext }> = async (app, { context }) => {
  const { engine, checkTarget } = context.engine;

  app.post(
    '/tenants/:tenant/applications',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Add an application',
        description: 'By its tenant URL and secret token. Nothing is sent yet: test the connection next.',
        params: TENANT_PARAMS,
        body: NEW_APPLICATION,
        response: { 201: APPLICATION, ...REFUSALS },
      },
    },
    async ({ params: { tenant }, body: { profile = {}, ...body } }, reply) => {
      await checkTarget({ tenant, ...body, profile: completeProfile(profile) });
      const application = await engine.createApplication({ tenant, ...body, profile });
      return reply.code(201).send(applicationDocument(application));
    },
  );

  app.get(
    '/tenants/:tenant/applications',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'List applications',
        description: 'In the order of their making; never a secret token.',
        params: TENANT_PARAMS,
        querystring: ID_PAGE_QUERY,
        response: { 200: pageOf(APPLICATION), ...REFUSALS },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const found = await engine.listApplications(params.tenant, { limit: limit + 1, after: cursor });
      return toPage(found, limit, { item: applicationDocument, cursor: (each) => each.id });
    },
  );

  app.get(
    '/tenants/:tenant/applications/:application',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Show an application',
        description: 'Everything but the secret token.',
        params: APPLICATION_PARAMS,
        response: { 200: APPLICATION, ...REFUSALS },
      },
    },
    async ({ params: { tenant, application } }) =>
      applicationDocument(await engine.getApplication({ tenant, applicationId: application })),
  );

  app.patch(
    '/tenants/:tenant/applications/:application',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Change an application',
        description: 'What the body does not name stays as it is. A new tenant URL needs the secret token anew.',
        params: APPLICATION_PARAMS,
        body: APPLICATION_CHANGE,
        response: { 200: APPLICATION, ...REFUSALS },
      },
    },
    async ({ params: { tenant, application }, body }) => {
      const key = { tenant, applicationId: application };
      await assertUsable(context, key, body);
      return applicationDocument(await engine.updateApplication({ ...key, ...body }));
    },
  );

  app.post(
    '/tenants/:tenant/applications/:application/test',
    {
      config: { access: 'tenant' },
      schema: {
        tags: TAGS,
        summary: 'Test Connection',
        description:
          'Asks for a user, then for a group, that cannot be there. The right answer is 200 and an empty list.',
        params: APPLICATION_PARAMS,
        response: { 200: CONNECTION_TEST, ...REFUSALS },
      },
    },
    async ({ params: { tenant, application } }) =>
      connectionTestDocument(await engine.testConnection({ tenant, applicationId: application })),
  );
};

/** Stands for a token that is not entered anew, and never leaves. */
const UNCHANGED = 'unchanged';

async function assertUsable(
  { engine: { engine, checkTarget } }: ApiContext,
  key: { readonly tenant: string; readonly applicationId: string },
  change: z.output<typeof APPLICATION_CHANGE>,
): Promise<void> {
  const current = await engine.getApplication(key);
  const { tenantUrl = current.tenantUrl, profile = current.profile, secretToken } = change;
  if (secretToken === undefined && tenantUrl !== current.tenantUrl) throw tokenNeeded();
  await checkTarget({
    tenant: key.tenant,
    tenantUrl,
    secretToken: secretToken ?? UNCHANGED,
    profile: completeProfile(profile),
  });
}

/** Else whoever may enter an address could have a token sent there that somebody else has entered. */
function tokenNeeded(): Problem {
  const detail = 'A new tenant URL needs the secret token anew: enter the one of that address.';
  return new Problem('invalid-value', detail, { errors: [{ field: 'body.secretToken', detail }] });
}
