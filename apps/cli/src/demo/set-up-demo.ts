import type { Reply } from '@rollcall/server';
import { type ApiClient, ApiError } from '../api-client.ts';

/** What the demo provisions, and into what. */
export interface DemoSetup {
  readonly tenant: string;
  /** The tenant's hosted SCIM endpoint. */
  readonly endpoint: string;
  readonly jobId: string;
}

export const DEMO_TENANT = 'acme';
const TENANT_NAME = 'Acme (sample company)';
const NAME = 'Sample company';

/**
 * Sets up what an administrator does by hand in the guide: a tenant with a provisioning token, a source, an
 * application that is given endpoint and token, and a job between them. What is there already is taken, so that
 * a set-up that was interrupted goes on.
 */
export async function setUpDemo(api: ApiClient, serverUrl: string): Promise<DemoSetup> {
  const { endpoint } = await findOrCreateTenant(api);
  const source = await findOrCreateSource(api);
  const application = await findOrCreateApplication(api, `${serverUrl}/scim/v2/${DEMO_TENANT}`);
  await testConnection(api, application.id);
  const job = await findOrCreateJob(api, { applicationId: application.id, sourceId: source.id });
  return { tenant: DEMO_TENANT, endpoint, jobId: job.id };
}

const base = `/tenants/${DEMO_TENANT}`;

async function findOrCreateTenant(api: ApiClient): Promise<Reply<'tenant'>> {
  const found = await findTenant(api);
  if (found === undefined) return api.post('/tenants', { slug: DEMO_TENANT, name: TENANT_NAME }, 'tenant');
  if (found.name === TENANT_NAME) return found;
  throw new Error(
    `the data folder has a tenant "${DEMO_TENANT}" that the demo did not make (${JSON.stringify(found.name)}), and its accounts are not to be mixed with a sample: choose another folder with --data`,
  );
}

async function findTenant(api: ApiClient): Promise<Reply<'tenant'> | undefined> {
  try {
    return await api.get(base, 'tenant');
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function findOrCreateSource(api: ApiClient): Promise<Reply<'source'>> {
  const { items } = await api.get(`${base}/sources`, 'sources');
  const settings = { usersFile: 'users.csv', groupsFile: 'groups.csv' };
  return (
    items.find(({ name }) => name === NAME) ??
    (await api.post(`${base}/sources`, { name: NAME, kind: 'csv', settings }, 'source'))
  );
}

/** The endpoint's address changes with the port: the application then gets it anew, with a token of its own. */
async function findOrCreateApplication(api: ApiClient, tenantUrl: string): Promise<Reply<'application'>> {
  const { items } = await api.get(`${base}/applications`, 'applications');
  const found = items.find(({ name }) => name === NAME);
  if (found?.tenantUrl === tenantUrl) return found;
  const { token: secretToken } = await api.post(`${base}/provisioning-tokens`, { name: NAME }, 'createdToken');
  return found === undefined
    ? api.post(`${base}/applications`, { name: NAME, tenantUrl, secretToken }, 'application')
    : api.patch(`${base}/applications/${found.id}`, { tenantUrl, secretToken }, 'application');
}

async function testConnection(api: ApiClient, applicationId: string): Promise<void> {
  const { ok, steps } = await api.post(`${base}/applications/${applicationId}/test`, undefined, 'connectionTest');
  if (ok) return;
  const failed = steps.find((step) => !step.ok);
  throw new Error(`Test Connection failed: ${failed?.method} ${failed?.url}: ${failed?.detail}. ${failed?.advice}`);
}

async function findOrCreateJob(
  api: ApiClient,
  between: { readonly applicationId: string; readonly sourceId: string },
): Promise<Reply<'job'>> {
  const { items } = await api.get(`${base}/jobs`, 'jobs');
  return (
    items.find(({ applicationId }) => applicationId === between.applicationId) ??
    (await api.post(`${base}/jobs`, { ...between, settings: { scope: 'all' } }, 'job'))
  );
}
