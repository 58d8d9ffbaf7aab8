import { randomBytes } from 'node:crypto';
import { createTenancy, type Tenancy, type TenancyOptions } from '@rollcall/service';
import { type Database, generateMasterKey, parseMasterKey, Secrets } from '@rollcall/storage';
import type { InjectOptions } from 'fastify';
import { type Config, type Environment, readConfig } from '../config.ts';
import { type App, createApp, type HttpTimeouts } from '../http/create-app.ts';
import { createLogger } from '../http/logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { Lifecycle } from '../running-server.ts';

/** The operator key of tests. */
export const OPERATOR_KEY = 'operator-key-of-the-tests-0123456789';

/** The whole server over a real database, asked without a socket unless a test listens. */
export interface TestApp extends App {
  readonly tenancy: Tenancy;
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  /** Every line that was logged. */
  readonly log: readonly string[];
  ask(method: InjectOptions['method'], path: string, options?: AskOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface AskOptions {
  /** The bearer credential; the operator's key when absent, none when null. */
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The body as JSON; tests look into it freely. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer's form is what tests find out
  readonly json: any;
}

export interface TestAppOptions {
  readonly environment?: Environment;
  readonly tenancy?: Partial<TenancyOptions>;
  readonly timeouts?: HttpTimeouts;
}

const MASTER_KEY = parseMasterKey(generateMasterKey());

/** Failures of tests are meant, and must not throttle the next one. */
const WIDE = { perSecond: 1000, burst: 100_000 };

export async function openTestApp(database: Database, options: TestAppOptions = {}): Promise<TestApp> {
  const log: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line: string) => void log.push(line) } });
  const config = readConfig({ ROLLCALL_BOOTSTRAP_KEY: OPERATOR_KEY, ...options.environment });
  const tenancy = createTenancy({
    database,
    bootstrapKey: config.bootstrapKey,
    failures: { perAddress: WIDE, perCredential: WIDE },
    onError: (err) => logger.error({ err }, 'last use'),
    ...options.tenancy,
  });
  const secrets = await Secrets.open(database, { masterKey: MASTER_KEY });
  const lifecycle: Lifecycle = { stopping: false };
  const app = await createApp({
    config,
    logger,
    database,
    secrets,
    tenancy,
    lifecycle,
    metrics: new Metrics(() => database.poolState()),
    cursorKey: randomBytes(32),
    version: '0.0.0',
    ...(options.timeouts && { timeouts: options.timeouts }),
  });
  const close = async (): Promise<void> => {
    await app.engine.cycles.close();
    await app.server.close();
    await tenancy.close();
    secrets.close();
  };
  return { ...app, tenancy, config, lifecycle, log, close, ask: (...request) => ask(app, ...request) };
}

async function ask(
  { server }: App,
  method: InjectOptions['method'],
  path: string,
  { key = OPERATOR_KEY, body, headers, from = '203.0.113.9' }: AskOptions = {},
): Promise<Answer> {
  const reply = await server.inject({
    method: method ?? 'GET',
    url: path,
    remoteAddress: from,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const isJson = String(reply.headers['content-type']).includes('json');
  return {
    status: reply.statusCode,
    headers: reply.headers,
    text: reply.body,
    json: isJson && reply.body !== '' ? JSON.parse(reply.body) : undefined,
  };
}
