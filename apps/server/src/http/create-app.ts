import { randomUUID } from 'node:crypto';
import {
  CursorCodec,
  listHistory,
  SCIM_LIMITS,
  scimPlugin,
  systemClock,
  type Tenancy,
  UserDirectory,
} from '@rollcall/service';
import type { Database, Secrets } from '@rollcall/storage';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { adminApi } from '../api/admin-api.ts';
import type { ApiContext } from '../api/api-context.ts';
import type { Config } from '../config.ts';
import { createEngineServices, type EngineServices } from '../engine/engine-services.ts';
import { healthRoutes } from '../health.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { metricsRoute } from '../metrics/metrics-route.ts';
import type { Lifecycle } from '../running-server.ts';
import { answerClientError } from './client-error.ts';
import { limitConnections } from './connection-limit.ts';
import { answerErrors, frameworkErrorAnswer } from './error-replies.ts';
import { FrameworkLog } from './framework-log.ts';
import { publicUrlOf } from './public-url.ts';
import { type RecordRequest, requestRecorder } from './request-log.ts';
import type { RequestNotes } from './request-notes.ts';
import { RouteTable } from './route-table.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { createProxyTest } from './trusted-proxy.ts';

export interface AppOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly database: Database;
  readonly secrets: Secrets;
  readonly tenancy: Tenancy;
  readonly metrics: Metrics;
  /** Signs the cursors of lists; the same in every process of a deployment. */
  readonly cursorKey: Buffer;
  readonly version: string;
  readonly lifecycle: Lifecycle;
  /** Ours when absent; tests shorten them. */
  readonly timeouts?: HttpTimeouts;
}

export interface App {
  readonly server: FastifyInstance;
  readonly routes: RouteTable;
  readonly engine: EngineServices;
}

export interface HttpTimeouts {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number;
  /** How often connections are looked at: a limit is kept within this time. */
  readonly checkIntervalMs: number;
}

const TIMEOUTS: HttpTimeouts = { headersMs: 10_000, requestMs: 30_000, checkIntervalMs: 1_000 };
/** Longer than balancers keep a connection idle, so that they close it and not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** A filter of 8 KB, every character percent-encoded, and the rest of the head. */
const HEADER_BYTES_MAX = 32 * 1024;
const BODY_BYTES_MAX = 1_048_576;
/** Above any id; a longer part of a path is answered 414 by our own handler. */
const PARAM_LENGTH_MAX = 2_048;

/** The HTTP server with everything that the role serves, not listening yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, metrics } = options;
  const record = requestRecorder(metrics);
  const server = createServer(options, record);
  const routes = new RouteTable();
  routes.watch(server);
  server.removeContentTypeParser('text/plain');
  prepareRequests(server, config);
  server.addHook('onResponse', async (request, reply) => record(request, reply));
  answerErrors(server, routes);
  healthRoutes(server, options);
  metricsRoute(server, options);
  const engine = createEngineServices({
    ...options,
    publicUrl: () => publicUrlOf(config, server),
    ownUrl: () => publicUrlOf({ ...config, publicUrl: undefined }, server),
  });
  if (config.role !== 'worker') {
    await serveApi(server, options, engine);
    await serveScim(server, options);
  }
  await server.ready();
  return { server, routes, engine };
}

function createServer({ config, logger, timeouts = TIMEOUTS }: AppOptions, record: RecordRequest): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const server = Fastify({
    loggerInstance,
    logController: new FrameworkLog(),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX, caseSensitive: true },
    frameworkErrors: frameworkErrorAnswer(record),
    clientErrorHandler: answerClientError,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkIntervalMs,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
  });
  limitConnections(server.server, {
    perAddressMax: config.connectionsPerAddressMax,
    isProxy: createProxyTest(config.trustedProxies),
  });
  return server;
}

function prepareRequests(server: FastifyInstance, config: Config): void {
  const https = config.publicUrl?.startsWith('https:') ?? false;
  // Each request gets its own from the hook: an object shared by all would mix what they leave.
  server.decorateRequest<RequestNotes | null>('notes', null);
  server.addHook('onRequest', async (request, reply) => {
    request.notes = {};
    reply.header('x-request-id', request.id);
    setSecurityHeaders(reply, { https });
  });
}

async function serveApi(
  server: FastifyInstance,
  { config, database, tenancy, version }: AppOptions,
  engine: EngineServices,
): Promise<void> {
  const context: ApiContext = {
    tenancy,
    users: new UserDirectory(database),
    engine,
    listHistory: (tenant, page) => listHistory(database, tenant, page),
    publicUrl: () => publicUrlOf(config, server),
  };
  await server.register(adminApi, {
    prefix: '/api/v1',
    context,
    version,
    requestTimeoutMs: config.requestTimeoutMs,
  });
}

async function serveScim(server: FastifyInstance, options: AppOptions): Promise<void> {
  const { config, database, tenancy, cursorKey } = options;
  await server.register(async (scope) => {
    // The plugin authenticates every request that reaches it: no route of it can be called without a token.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'token' };
    });
    await scope.register(scimPlugin, {
      prefix: '/scim/v2/:tenant',
      database,
      tokens: tenancy.tokenAuthenticator,
      cursors: new CursorCodec(cursorKey),
      clock: systemClock,
      get publicUrl() {
        return publicUrlOf(config, server);
      },
      limits: {
        ...SCIM_LIMITS,
        pageSizeDefault: config.pageSizeDefault,
        pageSizeMax: config.pageSizeMax,
        requestTimeMsMax: config.requestTimeoutMs,
      },
      onError: (error, request) => request.log.error({ err: error }, 'request failed'),
    });
  });
}
