import type { Queryable, TransactionOptions } from '../database.ts';
import { sql, statement } from '../sql.ts';

/** Runs a statement outside of a transaction, with its own time limit. */
export interface MaintenanceDatabase {
  query: (statement: Parameters<Queryable['query']>[0], options?: TransactionOptions) => ReturnType<Queryable['query']>;
}

export interface MaintenanceOptions {
  /** Time between two looks. Default 5,000. */
  readonly intervalMs?: number;
  /** A check point is made when so much log was written since the last one. Default 32 MB. */
  readonly walBytesMax?: number;
  /** And also after so long, when anything was written. Default 60,000. */
  readonly checkpointAfterMs?: number;
  /** Told of a run that failed; the next run tries again. */
  readonly onError: (error: unknown) => void;
}

export interface MaintenanceCounts {
  readonly checkpoints: number;
  readonly vacuumed: readonly string[];
}

interface WalState {
  readonly bytes: number;
  readonly ageMs: number;
}

const DEFAULTS = { intervalMs: 5_000, walBytesMax: 32 * 1024 * 1024, checkpointAfterMs: 60_000 };
/** A check point's own records. */
const WAL_BYTES_IDLE = 1_024;
const TIMEOUT_MS = 10 * 60_000;

/** Whether it is time for a check point. */
export function needsCheckpoint(wal: WalState, limits: { walBytesMax: number; checkpointAfterMs: number }): boolean {
  if (wal.bytes >= limits.walBytesMax) return true;
  return wal.bytes > WAL_BYTES_IDLE && wal.ageMs >= limits.checkpointAfterMs;
}

/**
 * The work that PostgreSQL's background processes do elsewhere: the embedded engine has none of them. Without
 * check points the log grows without end, and without VACUUM and ANALYZE the tables do.
 */
export class Maintenance {
  readonly #database: MaintenanceDatabase;
  readonly #options: Required<MaintenanceOptions>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #busy = false;

  constructor(database: MaintenanceDatabase, options: MaintenanceOptions) {
    this.#database = database;
    this.#options = { ...DEFAULTS, ...options };
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#options.intervalMs).unref();
  }

  /** Waits for a run under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  #tick(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#running = this.runOnce()
      .catch((error: unknown) => this.#tell(error))
      .finally(() => {
        this.#busy = false;
      });
  }

  /** A run that is overtaken by the end of the database is no news. */
  #tell(error: unknown): void {
    if (this.#timer !== undefined) this.#options.onError(error);
  }

  /** At most one check point and one table, so that other statements wait shortly. */
  async runOnce(): Promise<MaintenanceCounts> {
    const table = await this.#findTableToVacuum();
    if (table !== undefined) await this.#run(`vacuum (analyze) ${table}`);
    const checkpoint = needsCheckpoint(await this.#readWal(), this.#options);
    if (checkpoint) await this.#run('checkpoint');
    return { checkpoints: checkpoint ? 1 : 0, vacuumed: table === undefined ? [] : [table] };
  }

  async #run(text: string): Promise<void> {
    await this.#database.query({ text, values: [] }, { statementTimeoutMs: TIMEOUT_MS });
  }

  async #readWal(): Promise<WalState> {
    const { rows } = await this.#database.query(
      statement(sql`
        select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes,
               extract(epoch from clock_timestamp() - checkpoint_time)::float8 * 1000 as age_ms
        from pg_control_checkpoint()`),
    );
    const [row] = rows as readonly { bytes: number; age_ms: number }[];
    return { bytes: row?.bytes ?? 0, ageMs: row?.age_ms ?? 0 };
  }

  /**
   * The table that is most over the thresholds of autovacuum.
   *
   * @see PostgreSQL documentation 24.1.6 (the autovacuum daemon)
   */
  async #findTableToVacuum(): Promise<string | undefined> {
    const { rows } = await this.#database.query(
      statement(sql`
        select format('%I.%I', schemaname, relname) as name
        from pg_stat_user_tables
        where n_dead_tup > 50 + 0.2 * n_live_tup
           or n_mod_since_analyze > 50 + 0.1 * n_live_tup
           or n_ins_since_vacuum > 1000 + 0.2 * n_live_tup
        order by n_dead_tup + n_mod_since_analyze + n_ins_since_vacuum desc
        limit 1`),
    );
    return (rows as readonly { name: string }[])[0]?.name;
  }
}
