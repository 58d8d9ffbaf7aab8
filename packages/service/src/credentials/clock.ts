/** The two times that credentials depend on; a test passes its own. */
export interface Clock {
  /** The time of day: for expiry, and for what is written down. */
  now(): Date;
  /** Milliseconds that only grow: for ages and rates, which a corrected clock must not bend. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
