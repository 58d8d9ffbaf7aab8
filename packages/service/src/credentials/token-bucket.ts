import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

export interface BucketOptions {
  /** What flows back into each bucket; 0 switches the limit off. */
  readonly perSecond: number;
  /** What a full bucket holds: how much may come at once. */
  readonly burst: number;
}

interface Bucket {
  level: number;
  filledAtMs: number;
}

/** Buckets that are remembered; the one used longest ago is forgotten first, and starts again full. */
const BUCKETS_MAX = 20_000;

/**
 * Token buckets by key, in this process's memory: each process of a deployment gives every key its own.
 *
 * A bucket starts full, loses one for each `take`, and fills by time.
 */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #clock: Clock;
  readonly #buckets = new LRUCache<string, Bucket>({ max: BUCKETS_MAX });

  constructor(options: BucketOptions, clock: Clock) {
    if (options.perSecond > 0 && options.burst < 1) {
      throw new TypeError(`a burst of ${options.burst} would let nothing pass; give at least 1`);
    }
    this.#options = options;
    this.#clock = clock;
  }

  /** Takes one from the key's bucket. 0: taken; otherwise the seconds until there is one again. */
  take(key: string): number {
    const bucket = this.#filled(key);
    if (bucket === undefined) return 0;
    if (bucket.level < 1) return this.#secondsUntilOne(bucket);
    bucket.level -= 1;
    return 0;
  }

  /** The seconds until the bucket holds one; 0 when it does. Nothing is taken. */
  wait(key: string): number {
    const bucket = this.#filled(key);
    return bucket === undefined || bucket.level >= 1 ? 0 : this.#secondsUntilOne(bucket);
  }

  #filled(key: string): Bucket | undefined {
    const { perSecond, burst } = this.#options;
    if (perSecond <= 0) return undefined;
    const nowMs = this.#clock.monotonicMs();
    const known = this.#buckets.get(key);
    if (known === undefined) return this.#start(key, nowMs);
    known.level = Math.min(burst, known.level + ((nowMs - known.filledAtMs) / 1000) * perSecond);
    known.filledAtMs = nowMs;
    return known;
  }

  #start(key: string, nowMs: number): Bucket {
    const bucket = { level: this.#options.burst, filledAtMs: nowMs };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #secondsUntilOne(bucket: Bucket): number {
    return Math.max(1, Math.ceil((1 - bucket.level) / this.#options.perSecond));
  }
}
