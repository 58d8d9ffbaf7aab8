import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTenancy, type Tenancy } from '@rollcall/service';
import { type Database, openDatabase, openSecrets, parseMasterKey, type Secrets } from '@rollcall/storage';
import type { DestinationStream, Logger } from 'pino';
import type { Config } from './config.ts';
import { createApp } from './http/create-app.ts';
import { createLogger } from './http/logger.ts';
import { Metrics } from './metrics/metrics.ts';
import { type Lifecycle, type RunningServer, runningServer } from './running-server.ts';
import { VERSION } from './version.ts';

export interface StartOptions {
  /** Where the log goes; standard error when absent. */
  readonly logDestination?: DestinationStream | undefined;
}

/**
 * Opens the database, brings it up to date, and listens.
 *
 * @throws {DatabaseUnavailableError} and the other errors of `openDatabase` and `openSecrets`
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const logger = createLogger({ level: config.logLevel, destination: options.logDestination });
  const storage = await openStorage(config, logger);
  try {
    if (await isLockedOut(config, storage.tenancy)) logger.warn(LOCKED_OUT);
    return await listen(config, logger, storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

const LOCKED_OUT =
  'no operator key exists and ROLLCALL_BOOTSTRAP_KEY is not set: nobody can use /api/v1. Set it to 32 random characters or more';

async function isLockedOut({ bootstrapKey }: Config, { keys }: Tenancy): Promise<boolean> {
  return bootstrapKey === undefined && (await keys.list(undefined, { limit: 1 })).length === 0;
}

/** What outlives requests: everything below HTTP, closed in the order of its dependence. */
interface Storage {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly tenancy: Tenancy;
  readonly cursorKey: Buffer;
  close(): Promise<void>;
}

async function openStorage(config: Config, logger: Logger): Promise<Storage> {
  const { databaseUrl, dataFolder: dataDir, masterKey, previousMasterKey } = config;
  const onWarning = (message: string): void => logger.warn(message);
  const location = { databaseUrl, dataDir, onWarning };
  const database = await openDatabase({ ...location, poolMax: config.databaseConnectionsMax });
  try {
    const secrets = await openSecrets(database, { ...location, masterKey, previousMasterKey });
    const tenancy = openTenancy(config, database, logger);
    const close = async (): Promise<void> => {
      await tenancy.close();
      secrets.close();
      await database.close();
    };
    return { database, secrets, tenancy, cursorKey: await deriveCursorKey(config), close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openTenancy(config: Config, database: Database, logger: Logger): Tenancy {
  return createTenancy({
    database,
    bootstrapKey: config.bootstrapKey,
    rateLimit: { perSecond: config.rateLimitPerSecond, burst: config.rateLimitBurst },
    onError: (error) => logger.warn({ err: error }, 'the last use of credentials is not written yet'),
  });
}

/** Every process of a deployment has the same master key: a cursor that one signs is good at the others. */
async function deriveCursorKey({ masterKey, dataFolder }: Config): Promise<Buffer> {
  const text = masterKey ?? (await readFile(join(dataFolder, 'master.key'), 'utf8'));
  return Buffer.from(hkdfSync('sha256', parseMasterKey(text).bytes(), '', 'rollcall list cursors', 32));
}

async function listen(config: Config, logger: Logger, storage: Storage): Promise<RunningServer> {
  const lifecycle: Lifecycle = { stopping: false };
  const { server, routes, engine } = await createApp({
    ...storage,
    config,
    logger,
    lifecycle,
    metrics: new Metrics(() => storage.database.poolState()),
    version: VERSION,
  });
  await server.listen({ host: config.host, port: config.port });
  const running = runningServer({
    fastify: server,
    routes: routes.entries,
    lifecycle,
    host: config.host,
    shutdownTimeoutMs: config.shutdownTimeoutMs,
    logger,
    cycles: engine.cycles,
    closeStorage: storage.close,
  });
  engine.cycles.start();
  logger.info({ url: running.url, role: config.role, database: storage.database.kind, version: VERSION }, 'serving');
  return running;
}
