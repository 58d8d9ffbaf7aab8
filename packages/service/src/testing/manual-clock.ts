import type { Clock } from '../credentials/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 5, 8);
  #monotonicMs = 0;

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Time goes by. */
  advanceMs(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }

  /** Somebody corrects the time of day; no time goes by. */
  correctMs(ms: number): void {
    this.#nowMs += ms;
  }
}
