import type { TestEndpoint } from './endpoint.ts';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const user = (userName: string, more: object = {}) => ({ schemas: [USER], userName, ...more });
export const group = (displayName: string, more: object = {}) => ({ schemas: [GROUP], displayName, ...more });
export const patch = (...operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

export const search = (more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
  ...more,
});

/** Parameters as forms, and so most clients, write them: a blank becomes a plus sign. */
export const query = (parameters: Readonly<Record<string, string | number>>): string =>
  `?${new URLSearchParams(Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]))}`;

/** Creates a resource that must be accepted, and gives its id. */
export async function create(endpoint: TestEndpoint, path: '/Users' | '/Groups', body: object): Promise<string> {
  const { status, json, text } = await endpoint.ask('POST', path, body);
  if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${text}`);
  return json.id;
}

/** Ids of a group's members, in order. */
export async function memberIds(endpoint: TestEndpoint, groupId: string): Promise<readonly string[]> {
  const { json } = await endpoint.ask('GET', `/Groups/${groupId}`);
  return (json.members ?? []).map((member: { value: string }) => member.value).sort();
}

/** Ids of a list's page, in its order; the list must be answered 200. */
export async function listed(
  endpoint: TestEndpoint,
  path: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<readonly string[]> {
  const { status, json, text } = await endpoint.ask('GET', `${path}${query(parameters)}`);
  if (status !== 200) throw new Error(`GET ${path} ${JSON.stringify(parameters)} answered ${status}: ${text}`);
  return json.Resources.map(({ id }: { id: string }) => id);
}
