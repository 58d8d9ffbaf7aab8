import { type Database, type Queryable, sql, statement, type TransactionOptions } from '@rollcall/storage';
import type { Clock } from '../ports.ts';
import { type CycleStage, LeaseLostError } from './cycle.ts';

export interface CycleKey {
  readonly tenant: string;
  readonly jobId: string;
  readonly cycleId: string;
}

/** Where a stage goes on; each stage has its own shape. */
export type Position = Readonly<Record<string, unknown>> | null;

interface HandleOptions extends CycleKey {
  readonly database: Database;
  readonly fence: number;
  readonly leaseMs: number;
}

/** The lease is renewed at least so often, however short it is. */
const RENEWAL_MS_MIN = 1_000;

/**
 * The right to write for one running cycle.
 *
 * Every write goes through `write`, which first renews the lease under this owner's fence. Once another
 * process has taken the cycle over, the fence has moved and nothing more is written.
 */
export class CycleHandle {
  readonly key: CycleKey;
  readonly database: Database;
  readonly #fence: number;
  readonly #leaseMs: number;

  constructor({ database, fence, leaseMs, ...key }: HandleOptions) {
    this.key = key;
    this.database = database;
    this.#fence = fence;
    this.#leaseMs = leaseMs;
  }

  /** @throws {LeaseLostError} another process owns the cycle now; nothing was written */
  async write<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.database.transaction(async (tx) => {
      await this.renew(tx);
      return work(tx);
    }, options);
  }

  /** Renews the lease and holds the cycle's row until the transaction ends. */
  async renew(tx: Queryable): Promise<void> {
    const { tenant, jobId, cycleId } = this.key;
    const { rowCount } = await tx.query(
      statement(
        sql`
          update cycle set lease_until = now() + make_interval(secs => ${this.#leaseMs / 1000})
          where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}
            and fence = ${this.#fence} and state = 'running'`,
      ),
    );
    if (rowCount === 1) return;
    throw new LeaseLostError(`cycle ${cycleId} of job ${jobId} was taken over or ended elsewhere`);
  }

  /** Notes where the cycle stands, in the transaction that brought it there. */
  async advance(tx: Queryable, stage: CycleStage, position: Position = null): Promise<void> {
    const { tenant, jobId, cycleId } = this.key;
    await tx.query(
      statement(
        sql`
          update cycle set stage = ${stage}, position = ${position === null ? null : JSON.stringify(position)}::jsonb
          where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`,
      ),
    );
  }

  /** Keeps the lease alive while a stage waits for others; ends when the signal aborts. */
  async keepAlive(clock: Clock, signal: AbortSignal): Promise<void> {
    const intervalMs = Math.max(RENEWAL_MS_MIN, this.#leaseMs / 3);
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal);
      if (!signal.aborted) await this.renew(this.database);
    }
  }

  /** Lets the next run take the cycle over at once. */
  async release(): Promise<void> {
    const { tenant, jobId, cycleId } = this.key;
    await this.database.query(
      statement(sql`
        update cycle set lease_until = now()
        where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId} and fence = ${this.#fence}`),
    );
  }
}
