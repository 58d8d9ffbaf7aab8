import type { FindResult, Outcome, Target, TargetProfile, TargetRequest, TargetResourceType } from '@rollcall/targets';
import { CycleFailedError } from '../cycle/cycle.ts';
import type { Clock } from '../ports.ts';

type Unsuccessful = Exclude<Outcome, { kind: 'done' }>;

/** So often one request is sent again after the target said "later"; then the object goes to escrow. */
export const THROTTLES_MAX = 20;
/**
 * So many requests in a row without any answer end the cycle: the target is down. Far more than are under way
 * at once, so that objects at which a target hangs up do not pass for it.
 */
export const UNANSWERED_MAX = 100;
/** So often a read is tried that got no usable answer. */
const READ_TRIES = 3;
const READ_WAIT_MS = 500;

export interface PacedTargetOptions {
  readonly target: Target;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  random(): number;
}

/** What all who share a target have in common. */
interface Pace {
  /** Until then nobody sends anything. */
  quietUntilMs: number;
  /** Requests without any answer since the last one that had one. */
  unanswered: number;
}

/**
 * A target that is asked no faster than it allows.
 *
 * When one request is told to wait, all of them wait: the budget that is used up is the job's. Requests are
 * counted. Once the signal aborts no further request leaves; those under way are answered.
 *
 * Every method throws {CycleFailedError} once the target has not answered at all for too long.
 */
export class PacedTarget {
  readonly profile: TargetProfile;
  readonly #options: PacedTargetOptions;
  readonly #pace: Pace;
  readonly #parent: PacedTarget | undefined;
  #requests = 0;

  constructor(options: PacedTargetOptions, parent?: PacedTarget) {
    this.#options = options;
    this.#parent = parent;
    this.#pace = parent === undefined ? { quietUntilMs: 0, unanswered: 0 } : parent.#pace;
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
    return this.#paced(async () => this.#options.target.send(request), outcomeOf);
  }

  /** Looks up by one attribute; tried again where no answer came, since a read changes nothing. */
  async find(type: TargetResourceType, attribute: string, value: string): Promise<FindResult> {
    return this.#retried(
      async () => this.#paced(async () => this.#options.target.find(type, attribute, value), outcomeOfFind),
      (result) => result.kind === 'error' && mayPass(result.outcome),
    );
  }

  async get(type: TargetResourceType, id: string): Promise<Outcome> {
    return this.#retried(
      async () => this.#paced(async () => this.#options.target.get(type, id), outcomeOf),
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

  async #paced<T>(ask: () => Promise<T>, failureOf: (result: T) => Unsuccessful | undefined): Promise<T> {
    for (let throttles = 0; ; throttles += 1) {
      await this.#waitForQuiet();
      this.#count();
      const result = await ask();
      const failure = failureOf(result);
      this.#noteAnswer(failure);
      if (failure?.kind !== 'throttled' || throttles === THROTTLES_MAX) return result;
      const quietUntilMs = this.#options.clock.now().getTime() + failure.retryAfterMs;
      this.#pace.quietUntilMs = Math.max(this.#pace.quietUntilMs, quietUntilMs);
    }
  }

  #noteAnswer(failure: Unsuccessful | undefined): void {
    if (failure === undefined || failure.status !== undefined) {
      this.#pace.unanswered = 0;
      return;
    }
    this.#pace.unanswered += 1;
    if (this.#pace.unanswered < UNANSWERED_MAX) return;
    throw new CycleFailedError(
      `the target has not answered ${UNANSWERED_MAX} requests in a row (${failure.detail}): check its address and that it runs`,
    );
  }

  #count(): void {
    this.#requests += 1;
    if (this.#parent !== undefined) this.#parent.#count();
  }

  async #waitForQuiet(): Promise<void> {
    const { clock, signal } = this.#options;
    signal.throwIfAborted();
    for (;;) {
      const waitMs = this.#pace.quietUntilMs - clock.now().getTime();
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}

function outcomeOf(outcome: Outcome): Unsuccessful | undefined {
  return outcome.kind === 'done' ? undefined : outcome;
}

function outcomeOfFind(result: FindResult): Unsuccessful | undefined {
  return result.kind === 'error' ? result.outcome : undefined;
}

function mayPass({ kind }: Unsuccessful): boolean {
  return kind === 'failed' || kind === 'unknown';
}
