import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '@rollcall/storage';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { systemClock } from '../credentials/clock.ts';
import { CursorCodec } from '../resources/cursor.ts';
import { SCIM_LIMITS, type ScimLimits } from '../routes/limits.ts';
import { scimPlugin } from '../routes/scim-plugin.ts';
import type { PolicyInput } from '../tenants/policy-input.ts';
import { createTenancy, type Tenancy } from '../tenants/tenancy.ts';

/** A SCIM endpoint with one tenant, over a real database, asked without a socket. */
export interface TestEndpoint {
  readonly app: FastifyInstance;
  readonly tenancy: Tenancy;
  readonly tenant: string;
  readonly token: string;
  /** Errors that became a 500. */
  readonly errors: unknown[];
  ask(method: InjectOptions['method'], path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The body as JSON; tests look into it freely. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer's form is what tests find out
  readonly json: any;
}

export interface EndpointOptions {
  readonly tenant?: string;
  readonly policy?: PolicyInput;
  readonly limits?: Partial<ScimLimits>;
  /** Two endpoints with one key are two tenants of one deployment. */
  readonly cursorKey?: Buffer;
}

export async function openEndpoint(database: Database, options: EndpointOptions = {}): Promise<TestEndpoint> {
  const tenant = options.tenant ?? `t${randomBytes(4).toString('hex')}`;
  const errors: unknown[] = [];
  const tenancy = createTenancy({
    database,
    onError: (error) => errors.push(error),
    rateLimit: { perSecond: 0, burst: 1 },
  });
  await tenancy.tenants.create({ slug: tenant, name: tenant, policy: options.policy ?? {} });
  const { text: token } = await tenancy.tokens.create(tenant, { name: 'test' }, 'test');
  const app = Fastify({ genReqId: () => randomUUID() });
  await app.register(scimPlugin, {
    prefix: '/scim/v2/:tenant',
    database,
    tokens: tenancy.tokenAuthenticator,
    cursors: new CursorCodec(options.cursorKey ?? randomBytes(32)),
    clock: systemClock,
    publicUrl: 'http://localhost:8400',
    limits: { ...SCIM_LIMITS, ...options.limits },
    onError: (error) => errors.push(error),
  });
  const ask: TestEndpoint['ask'] = async (method, path, body, headers = {}) => {
    const reply = await app.inject({
      method: method ?? 'GET',
      url: `/scim/v2/${tenant}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json = reply.body === '' ? undefined : JSON.parse(reply.body);
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, json };
  };
  const close = async (): Promise<void> => {
    await app.close();
    await tenancy.close();
  };
  return { app, tenancy, tenant, token, errors, ask, [Symbol.asyncDispose]: close };
}
