/** One use of a credential. */
export interface Use {
  readonly scope: string;
  readonly id: string;
  readonly at: Date;
  readonly address: string;
  readonly agent: string;
}

export interface LastUseOptions {
  /** Writes the latest use of each credential; several processes may write the same one. */
  readonly write: (uses: readonly Use[]) => Promise<void>;
  readonly intervalMs: number;
  /** Told of a write that failed. The uses are kept, and written with the next batch. */
  readonly onError: (error: unknown) => void;
}

/** Credentials whose use waits to be written; beyond it a use of another one is dropped, not the request. */
const WAITING_MAX = 20_000;
const AGENT_MAX = 200;

/**
 * Remembers when each credential was last used, and writes it in batches: a request that only reads must not
 * cost a write, and must be seen all the same.
 *
 * A timer runs only while something waits. `close` writes what is left.
 */
export class LastUse {
  readonly #options: LastUseOptions;
  #waiting = new Map<string, Use>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LastUseOptions) {
    this.#options = options;
  }

  record(use: Use): void {
    const key = `${use.scope} ${use.id}`;
    if (this.#waiting.size >= WAITING_MAX && !this.#waiting.has(key)) return;
    this.#waiting.set(key, { ...use, agent: printable(use.agent) });
    this.#schedule();
  }

  /** Writes what waits. It does not throw: a failure goes to `onError`. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting;
    this.#waiting = new Map();
    try {
      // In the order of the keys, so that two processes lock rows in the same order.
      await this.#options.write([...batch.keys()].sort().flatMap((key) => batch.get(key) ?? []));
    } catch (error) {
      this.#waiting = new Map([...batch, ...this.#waiting]);
      this.#options.onError(error);
      this.#schedule();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => void this.flush(), this.#options.intervalMs);
    this.#timer.unref();
  }
}

/** What a client calls itself, without what would break a line of a list, and bounded. */
const printable = (agent: string): string => agent.replace(/[^\x20-\x7e]/g, '?').slice(0, AGENT_MAX);
