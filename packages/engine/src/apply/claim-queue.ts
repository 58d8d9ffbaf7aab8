import type { CycleRun } from '../cycle/cycle-run.ts';
import type { Phase } from '../ledger/operation.ts';
import { type ClaimedOperation, claimOperations, unclaimOperations } from '../ledger/operation-store.ts';

/** Claimed ahead for each request under way; a crash leaves at most so many operations to resolve. */
const CLAIMS_PER_REQUEST = 4;

/**
 * Hands out the operations of one wave: claimed from the ledger in batches, in order, and never two of one
 * target object at a time.
 */
export class ClaimQueue {
  readonly #run: CycleRun;
  readonly #phase: Phase;
  readonly #batchSize: number;
  readonly #waiting: ClaimedOperation[] = [];
  readonly #busy = new Set<string>();
  #refill: Promise<void> | undefined;
  #exhausted = false;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(run: CycleRun, phase: Phase) {
    this.#run = run;
    this.#phase = phase;
    this.#batchSize = run.target.profile.concurrency * CLAIMS_PER_REQUEST;
  }

  /** The next operation; `undefined` when the wave is empty or the queue closed. */
  async take(): Promise<ClaimedOperation | undefined> {
    while (!this.#closed) {
      this.#run.signal.throwIfAborted();
      const operation = this.#takeFree();
      if (operation !== undefined) return operation;
      if (!this.#exhausted) await this.#fill();
      else if (this.#waiting.length === 0) return undefined;
      else await this.#changed.promise;
    }
    return undefined;
  }

  /** Hands out nothing more. */
  close(): void {
    this.#closed = true;
    this.#announce();
  }

  /** Gives back what was claimed and never taken: it was not sent, and the ledger says so again. */
  async giveBack(): Promise<void> {
    await this.#refill;
    const unsent = this.#waiting.splice(0).map(({ number }) => number);
    if (unsent.length === 0) return;
    const { handle } = this.#run;
    await handle.write(async (tx) => unclaimOperations(tx, handle.key, unsent));
  }

  /** Frees the operation's object for the next one. */
  release(operation: ClaimedOperation): void {
    this.#busy.delete(keyOf(operation));
    this.#announce();
  }

  #takeFree(): ClaimedOperation | undefined {
    const index = this.#waiting.findIndex((operation) => !this.#busy.has(keyOf(operation)));
    if (index < 0) return undefined;
    const [operation] = this.#waiting.splice(index, 1);
    if (operation !== undefined) this.#busy.add(keyOf(operation));
    return operation;
  }

  /** One claim at a time, whoever waits for it. */
  #fill(): Promise<void> {
    this.#refill ??= this.#claim().finally(() => {
      this.#refill = undefined;
      this.#announce();
    });
    return this.#refill;
  }

  async #claim(): Promise<void> {
    const { handle, clock } = this.#run;
    const claimed = await handle.write(async (tx) =>
      claimOperations(tx, handle.key, this.#phase, this.#batchSize, clock.now()),
    );
    this.#waiting.push(...claimed);
    this.#exhausted = claimed.length < this.#batchSize;
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

function keyOf({ objectType, sourceObjectId }: ClaimedOperation): string {
  return `${objectType}:${sourceObjectId}`;
}
