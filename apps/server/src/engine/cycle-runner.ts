import {
  CycleFailedError,
  type CycleKey,
  CycleRunningError,
  type Engine,
  LeaseLostError,
  NotFoundError,
} from '@rollcall/engine';
import { SourceError } from '@rollcall/sources';
import { DatabaseError, DatabaseUnavailableError } from '@rollcall/storage';
import type { Logger } from 'pino';

export interface CycleRunnerOptions {
  readonly engine: Engine;
  readonly logger: Logger;
  /** False in a process that only answers HTTP: what it begins, a worker takes up. */
  readonly runs: boolean;
  /** How often what others left is looked for. Default 5,000. */
  readonly sweepIntervalMs?: number;
  /** Cycles at once in this process. Default 4. */
  readonly cyclesMax?: number;
}

/** What one look for interrupted cycles did. */
export interface SweepCounts {
  readonly found: number;
  readonly taken: number;
}

const SWEEP_INTERVAL_MS = 5_000;
const CYCLES_MAX = 4;

/**
 * Runs cycles in the background of this process, one at a time for each job.
 *
 * A cycle is a row of the database first: begun, then run here at once, or by whichever process looks for
 * cycles that nobody runs. So a cycle survives its process: it is taken up at the next start, or by another
 * worker when the lease of the one that died has ended. Closing stops each between two objects.
 */
export class CycleRunner {
  readonly #options: Required<CycleRunnerOptions>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #sweeping: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CycleRunnerOptions) {
    this.#options = { sweepIntervalMs: SWEEP_INTERVAL_MS, cyclesMax: CYCLES_MAX, ...options };
  }

  /** Takes up what was interrupted, now and from now on. */
  start(): void {
    if (!this.#options.runs) return;
    this.#sweeping = this.runOnce()
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'interrupted cycles are not known'))
      .finally(() => this.#schedule());
  }

  #schedule(): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => this.start(), this.#options.sweepIntervalMs).unref();
  }

  /** Looks once for cycles that nobody runs, and runs as many as this process may. */
  async runOnce(): Promise<SweepCounts> {
    const { engine, cyclesMax } = this.#options;
    const found = await engine.listInterrupted({ limit: cyclesMax });
    const taken = found.filter((key) => this.#take(key));
    return { found: found.length, taken: taken.length };
  }

  /**
   * Begins a job's next cycle. It runs in the background; the answer is which one it is.
   *
   * @throws {NotFoundError} the tenant has no such job
   * @throws {CycleRunningError} the job has a cycle that has not ended
   */
  async begin(job: Pick<CycleKey, 'tenant' | 'jobId'>): Promise<CycleKey> {
    const key = await this.#options.engine.beginCycle(job);
    if (this.#options.runs) this.#takeNext(key);
    return key;
  }

  /** Waits for the cycles that this process runs now. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Stops every cycle between two objects, and waits for that. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort(new Error('the server stops'));
    await this.#sweeping;
    await this.settled();
  }

  /** The job's last cycle may have ended, and its run not quite. */
  #takeNext(key: CycleKey): void {
    const last = this.#running.get(jobOf(key));
    if (last === undefined) this.#take(key);
    else void last.then(() => this.#take(key));
  }

  #take(key: CycleKey): boolean {
    const job = jobOf(key);
    if (this.#stopping.signal.aborted || this.#running.has(job)) return false;
    if (this.#running.size >= this.#options.cyclesMax) return false;
    const run = this.#run(key).finally(() => this.#running.delete(job));
    this.#running.set(job, run);
    return true;
  }

  async #run(key: CycleKey): Promise<void> {
    const { engine, logger } = this.#options;
    try {
      const { id, kind, state, error } = await engine.runCycle({ ...key, signal: this.#stopping.signal });
      logger[state === 'completed' ? 'info' : 'warn'](
        { ...key, cycleId: id, kind, state, reason: error },
        'cycle ended',
      );
    } catch (error) {
      await this.#judge(key, error);
    }
  }

  /** What stopped a run decides whether its cycle goes on later, here or elsewhere, or has ended. */
  async #judge(key: CycleKey, error: unknown): Promise<void> {
    const { engine, logger } = this.#options;
    if (this.#stopping.signal.aborted) return logger.info(key, 'cycle interrupted: it goes on at the next start');
    if (isElsewhere(error)) return logger.info({ ...key, err: error }, 'cycle is run by another process');
    if (mayPass(error)) return logger.warn({ ...key, err: error }, 'cycle interrupted: it is tried again');
    logger.error({ ...key, err: error }, 'cycle failed');
    try {
      await engine.giveUpCycle(key, reasonOf(error));
    } catch (second) {
      logger.warn({ ...key, err: second }, 'the end of the cycle is not written yet');
    }
  }
}

const jobOf = ({ tenant, jobId }: CycleKey): string => `${tenant}/${jobId}`;

const isElsewhere = (error: unknown): boolean => error instanceof CycleRunningError || error instanceof LeaseLostError;

function mayPass(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError || (error instanceof DatabaseError && error.retryable);
}

/** Texts of ours that were written for administrators; any other error is for the log alone. */
function reasonOf(error: unknown): string {
  const known = [CycleFailedError, SourceError, NotFoundError].some((kind) => error instanceof kind);
  return known && error instanceof Error
    ? error.message
    : 'something went wrong on our side: tell your operator the id of the cycle, the log has the rest';
}
