import { randomBytes } from 'node:crypto';
import type { RunningServer } from './server.ts';

export interface TestTenant {
  readonly slug: string;
  /** The SCIM base URL, without a slash at its end. */
  readonly endpoint: string;
  /** A provisioning token. */
  readonly token: string;
}

interface Request {
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
}

async function post(server: RunningServer, { path, body, status }: Request): Promise<unknown> {
  const reply = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${server.operatorKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await reply.text();
  if (reply.status !== status) throw new Error(`POST ${path} answered ${reply.status}, not ${status}: ${text}`);
  return JSON.parse(text);
}

function readText(value: unknown, name: string): string {
  const text = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof text !== 'string') throw new Error(`the reply has no text "${name}": ${JSON.stringify(value)}`);
  return text;
}

/** Makes a tenant with a provisioning token by the admin API, as automation would. */
export async function createTestTenant(
  server: RunningServer,
  preset: 'entra' | 'okta' | 'strict',
): Promise<TestTenant> {
  const slug = `t${randomBytes(4).toString('hex')}`;
  await post(server, { path: '/tenants', body: { slug, name: 'Test company', policy: { preset } }, status: 201 });
  const path = `/tenants/${slug}/provisioning-tokens`;
  const issued = await post(server, { path, body: { name: 'test' }, status: 201 });
  const endpoint = readText(issued, 'endpoint');
  // The endpoint carries the public URL; the test talks to the port that this server was given.
  if (!endpoint.endsWith(`/scim/v2/${slug}`)) throw new Error(`the token's endpoint is ${endpoint}`);
  return { slug, endpoint: `${server.url}/scim/v2/${slug}`, token: readText(issued, 'token') };
}
