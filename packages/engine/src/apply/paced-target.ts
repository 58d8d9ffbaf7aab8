import type { FindResult, Outcome, Target, TargetProfile, TargetRequest, TargetResourceType } from '@rollcall/targets';
import type { Clock } from '../ports.ts';

type Unsuccessful = Exclude<Outcome, { kind: 'done' }>;

/** So often one request is sent again after the target said "later"; then the object goes to escrow. */
export const THROTTLES_MAX = 20;
/** So often a read is tried that got no usable answer. */
const READ_TRIES = 3;
const READ_WAIT_MS = 500;

export interface PacedTargetOptions {
  readonly target: Target;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  random(): number;
}

/** Until when nobody sends anything; one for all who share a target. */
interface Quiet {
  untilMs: number;
}

/**
 * A target that is asked no faster than it allows.
 *
 * When one request is told to wait, all of them wait: the budget that is used up is the job's. Requests are
 * counted. Once the signal aborts no further request leaves; those under way are answered.
 */
export class PacedTarget {
  readonly profile: TargetProfile;
  readonly #options: PacedTargetOptions;
  readonly #quiet: Quiet;
  readonly #parent: PacedTarget | undefined;
  #requests = 0;

  constructor(options: PacedTargetOptions, parent?: PacedTarget) {
    this.#options = options;
    this.#parent = parent;
    this.#quiet = parent === undefined ? { untilMs: 0 } : parent.#quiet;
    this.profile = options.target.profile;
  }

  /** Requests sent so far, by those with a count of their own too. */
  get requests(): number {
    return this.#requests;
  }

  /** The same target at the same pace, with a count of its own besides. */
  withOwnCount(): PacedTarget {
    return new PacedTarget(this.#options, this);
  }

  /** Sends a request, and again for as long as the target only says "later". */
  async send(request: TargetRequest): Promise<Outcome> {
    return this.#paced(async () => this.#options.target.send(request), throttledOutcome);
  }

  /** Looks up by one attribute; tried again where no answer came, since a read changes nothing. */
  async find(type: TargetResourceType, attribute: string, value: string): Promise<FindResult> {
    return this.#retried(
      async () => this.#paced(async () => this.#options.target.find(type, attribute, value), throttledFind),
      (result) => result.kind === 'error' && mayPass(result.outcome),
    );
  }

  async get(type: TargetResourceType, id: string): Promise<Outcome> {
    return this.#retried(
      async () => this.#paced(async () => this.#options.target.get(type, id), throttledOutcome),
      (outcome) => outcome.kind !== 'done' && mayPass(outcome),
    );
  }

  /** Waits longer after every try, and never equally long for all. */
  async backOff(tries: number): Promise<void> {
    const { clock, random, signal } = this.#options;
    await clock.sleep(READ_WAIT_MS * 2 ** tries * (0.5 + random()), signal);
  }

  async #retried<T>(ask: () => Promise<T>, again: (result: T) => boolean): Promise<T> {
    let result = await ask();
    for (let tries = 1; tries < READ_TRIES && again(result); tries += 1) {
      await this.backOff(tries);
      result = await ask();
    }
    return result;
  }

  async #paced<T>(ask: () => Promise<T>, waitOf: (result: T) => number | undefined): Promise<T> {
    for (let throttles = 0; ; throttles += 1) {
      await this.#waitForQuiet();
      this.#count();
      const result = await ask();
      const waitMs = waitOf(result);
      if (waitMs === undefined || throttles === THROTTLES_MAX) return result;
      this.#quiet.untilMs = Math.max(this.#quiet.untilMs, this.#options.clock.now().getTime() + waitMs);
    }
  }

  #count(): void {
    this.#requests += 1;
    if (this.#parent !== undefined) this.#parent.#count();
  }

  async #waitForQuiet(): Promise<void> {
    const { clock, signal } = this.#options;
    signal.throwIfAborted();
    for (;;) {
      const waitMs = this.#quiet.untilMs - clock.now().getTime();
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}

function throttledOutcome(outcome: Outcome): number | undefined {
  return outcome.kind === 'throttled' ? outcome.retryAfterMs : undefined;
}

function throttledFind(result: FindResult): number | undefined {
  return result.kind === 'error' ? throttledOutcome(result.outcome) : undefined;
}

function mayPass({ kind }: Unsuccessful): boolean {
  return kind === 'failed' || kind === 'unknown';
}
