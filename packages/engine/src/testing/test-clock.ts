import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** Longer sleeps are those of the lease's renewal: they wait for their end, as no test lasts so long. */
const SLEEP_MS_MAX = 15_000;

/** A clock on which waiting takes no time: a sleep moves it on. */
export class TestClock implements Clock {
  #nowMs: number;

  constructor(start = '2026-01-05T08:00:00Z') {
    this.#nowMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms >= SLEEP_MS_MAX && signal !== undefined) {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return;
    }
    this.advance(ms);
    await nextTurn();
  }
}
