import pg from 'pg';
import { columnTypes } from './column-types.ts';
import type { Database } from './database.ts';
import { DEADLINE_GRACE_MS, keepErrorsFromCrashing, PoolDatabase } from './pool-database.ts';
import { translateError } from './translate-error.ts';

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  /** Default 10. */
  readonly poolMax?: number;
  /** Default 15,000. The server ends a statement that runs longer. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a connection, a new one or a free one of the pool. Default 2,000. */
  readonly connectTimeoutMs?: number;
  /** A transaction whose client has gone quiet gives its locks back after so long. Default 60,000. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Shown in `pg_stat_activity`. Default `rollcall`. */
  readonly applicationName?: string;
  /** Told what an operator should know. Default `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
}

export const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 2_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_DELAY_MS = 10_000;

/**
 * Opens a pool on a PostgreSQL server, version 15 or later, and proves one connection.
 *
 * @throws {DatabaseUnavailableError} no connection, the server is older than 15, or it refuses us
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const pool = createPool(options);
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  try {
    const durable = await readDurability(pool);
    if (!durable) warnOfLoss(options);
    return new PoolDatabase({
      kind: 'postgresql',
      durable,
      pool,
      deadlineMs: statementTimeoutMs + DEADLINE_GRACE_MS,
    });
  } catch (error) {
    await pool.end();
    throw translateError(error, 'connect');
  }
}

function warnOfLoss({ onWarning = process.emitWarning }: PostgresOptions): void {
  onWarning('the PostgreSQL server runs with fsync or synchronous_commit off: a crash may lose what was acknowledged');
}

/** Our statements are short. Compiling one takes longer than any of them runs, and the planner's estimates would ask for it. */
const SESSION_SETTINGS = '-c jit=off';

function createPool(options: PostgresOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: options.applicationName ?? 'rollcall',
    options: SESSION_SETTINGS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: columnTypes,
  });
  keepErrorsFromCrashing(pool);
  return pool;
}

const VERSION_MIN = 150_000;

/** Whether COMMIT means "on disk" with the server's settings. */
async function readDurability(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ version: number; fsync: string; synchronous: string }>(
    `select current_setting('server_version_num')::int as version,
            current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the server answered no settings');
  if (row.version < VERSION_MIN) {
    throw new Error(`PostgreSQL 15 or later is needed, and the server is ${Math.trunc(row.version / 10_000)}`);
  }
  return row.fsync === 'on' && row.synchronous !== 'off';
}
