import type { CycleRun } from '../cycle/cycle-run.ts';
import { settleOperations } from '../ledger/settle.ts';
import type { SettledOperation } from '../ledger/settled-operation.ts';

/** Answers that may wait for the database; more than that make their senders wait too. */
const BACKLOG_MAX = 256;

/**
 * Stores answers in batches: while one transaction is under way the next batch gathers, so that a slow
 * database gets few large transactions and a fast one keeps the ledger close to the target.
 */
export class SettlementWriter {
  readonly #run: CycleRun;
  readonly #onStored: (count: number) => void;
  #backlog: SettledOperation[] = [];
  #flushing: Promise<void> | undefined;
  #failure: { readonly cause: unknown } | undefined;

  constructor(run: CycleRun, onStored: (count: number) => void) {
    this.#run = run;
    this.#onStored = onStored;
  }

  /** Takes an answer; waits when too many are unstored. Throws once storing has failed. */
  async add(settled: SettledOperation): Promise<void> {
    this.#backlog.push(settled);
    const flushing = this.#flush();
    if (this.#backlog.length >= BACKLOG_MAX) await flushing;
    this.#throwFailure();
  }

  /** Everything taken so far is stored, or the failure to store it is thrown. */
  async drain(): Promise<void> {
    await this.#flush();
    this.#throwFailure();
  }

  /** Never rejects: the failure is kept for whoever asks next, and nothing is stored after it. */
  #flush(): Promise<void> {
    this.#flushing ??= this.#write()
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => {
        this.#flushing = undefined;
      });
    return this.#flushing;
  }

  async #write(): Promise<void> {
    while (this.#backlog.length > 0 && this.#failure === undefined) {
      const batch = this.#backlog;
      this.#backlog = [];
      const { handle, numbers, clock } = this.#run;
      await handle.write(async (tx) => settleOperations(tx, handle.key, batch, numbers, clock.now()));
      this.#onStored(batch.length);
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
