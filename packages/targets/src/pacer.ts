/** What the pacer takes from outside: a clock that never goes back, and timers. */
export interface PacerTime {
  now(): number;
  /** Calls back once after so many milliseconds; the result cancels. */
  schedule(callback: () => void, delayMs: number): () => void;
}

const SYSTEM_TIME: PacerTime = {
  now: () => performance.now(),
  schedule: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

interface Waiting {
  readonly start: () => void;
}

/**
 * Lets so many tasks run at once, in the order they came, and none while the target has asked for a rest.
 * Tasks that are under way are not stopped by a rest.
 */
export class Pacer {
  readonly #concurrency: number;
  readonly #time: PacerTime;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #restUntil = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(concurrency: number, time: PacerTime = SYSTEM_TIME) {
    this.#concurrency = concurrency;
    this.#time = time;
  }

  /** Runs a task when its turn comes. Rejects with the signal's reason when that aborts before the turn. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  /** Starts nothing for so long; a longer rest that is asked for already stays. */
  rest(durationMs: number): void {
    this.#restUntil = Math.max(this.#restUntil, this.#time.now() + durationMs);
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.reject(signal.reason);
    const waiting: Waiting = {
      start: () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      },
    };
    const leave = () => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#startNext();
    return promise;
  }

  #startNext(): void {
    while (this.#running < this.#concurrency && this.#waiting.length > 0) {
      const restMs = this.#restUntil - this.#time.now();
      if (restMs > 0) {
        this.#startAfter(restMs);
        return;
      }
      this.#running += 1;
      this.#waiting.shift()?.start();
    }
  }

  #startAfter(restMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#time.schedule(() => {
      this.#cancelTimer = undefined;
      this.#startNext();
    }, restMs);
  }
}
