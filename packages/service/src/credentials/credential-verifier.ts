import { LRUCache } from 'lru-cache';
import { clientNetwork } from './client-network.ts';
import type { Clock } from './clock.ts';
import {
  type CredentialPrefix,
  equalHashes,
  hashSecret,
  type PresentedCredential,
  parseCredential,
  readBearer,
} from './credential.ts';
import { type BucketOptions, TokenBuckets } from './token-bucket.ts';

/** A stored credential as the verifier needs it; the owner adds what it wants back. */
export interface StoredCredential {
  readonly hash: Buffer;
}

/** What a request presents. `scope` is the tenant for tokens; keys of the admin API are looked up without one. */
export interface VerifyRequest {
  readonly scope: string;
  readonly authorization: string | undefined;
  readonly address: string;
}

/**
 * The answers in order of precedence. `accepted` says that the secret is genuine, not that it is still valid:
 * whether it was ended is the owner's question, who may tell its holder when.
 */
export type Verification<R> =
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'accepted'; readonly id: string; readonly record: R };

export interface FailureBudgetOptions {
  /** Failures of one client network. */
  readonly perAddress: BucketOptions;
  /** Failures with one public id, from anywhere. */
  readonly perCredential: BucketOptions;
}

export interface VerifierOptions<R extends StoredCredential> {
  readonly prefix: CredentialPrefix;
  readonly find: (scope: string, id: string) => Promise<R | undefined>;
  readonly clock: Clock;
  readonly failures: FailureBudgetOptions;
}

interface Known<R> {
  readonly record: R;
  readonly readAtMs: number;
}

export const FAILURE_BUDGET: FailureBudgetOptions = {
  perAddress: { perSecond: 1, burst: 100 },
  perCredential: { perSecond: 0.2, burst: 20 },
};

/** How long an answer of the database may be believed: another process's revocation works within this time. */
export const RECORD_LIFE_MS = 500;
const RECORDS_MAX = 10_000;
const PROVEN_MAX = 10_000;

/** Compared where no record was found, so that both cases cost the same. */
const NO_RECORD = hashSecret('no credential has this secret');

/**
 * Tells whether a bearer credential is genuine.
 *
 * - The id is looked up, and only then a hash is compared: the cost does not grow with the number of credentials.
 * - Only a match is answered from memory. Every mismatch asks the database once, whether the id exists or not,
 *   so that the time of a refusal tells nothing.
 * - Failures have a budget for each client network and each id. When it is spent the answer is `throttled`,
 *   without a look-up. A credential that was accepted lately is exempt: a stranger's guesses, or a neighbour's
 *   behind the same address, must not lock out who holds the right one.
 */
export class CredentialVerifier<R extends StoredCredential> {
  readonly #options: VerifierOptions<R>;
  readonly #records = new LRUCache<string, Known<R>>({ max: RECORDS_MAX });
  readonly #proven = new LRUCache<string, Buffer>({ max: PROVEN_MAX });
  readonly #addressFailures: TokenBuckets;
  readonly #credentialFailures: TokenBuckets;
  /** Counts what was forgotten, so that a look-up begun before does not bring it back. */
  #forgotten = 0;

  constructor(options: VerifierOptions<R>) {
    this.#options = options;
    this.#addressFailures = new TokenBuckets(options.failures.perAddress, options.clock);
    this.#credentialFailures = new TokenBuckets(options.failures.perCredential, options.clock);
  }

  async verify(request: VerifyRequest): Promise<Verification<R>> {
    const text = readBearer(request.authorization);
    if (text === undefined) return request.authorization ? this.#malformed(request) : { outcome: 'missing' };
    const presented = parseCredential(this.#options.prefix, text);
    return presented === undefined ? this.#malformed(request) : this.#verifyPresented(request, presented);
  }

  /** The record as of at most 500 ms ago; undefined when there is none. For checks within a long request. */
  async recall(scope: string, id: string): Promise<R | undefined> {
    return this.#recent(cacheKey(scope, id)) ?? (await this.#read(scope, id));
  }

  /** Makes the next request read the database again: all of the scope's credentials, or one. */
  forget(scope: string, id?: string): void {
    this.#forgotten += 1;
    if (id !== undefined) {
      this.#records.delete(cacheKey(scope, id));
      return;
    }
    const prefix = cacheKey(scope, '');
    for (const key of [...this.#records.keys()]) if (key.startsWith(prefix)) this.#records.delete(key);
  }

  async #verifyPresented(request: VerifyRequest, presented: PresentedCredential): Promise<Verification<R>> {
    const key = cacheKey(request.scope, presented.id);
    const recent = this.#recent(key);
    if (recent !== undefined && equalHashes(recent.hash, presented.hash)) return this.#accept(key, presented, recent);
    const wait = this.#isProven(key, presented) ? 0 : this.#failureWait(request, presented.id);
    if (wait > 0) return { outcome: 'throttled', retryAfterSeconds: wait };
    const record = await this.#read(request.scope, presented.id);
    if (equalHashes(record?.hash ?? NO_RECORD, presented.hash) && record !== undefined) {
      return this.#accept(key, presented, record);
    }
    this.#countFailure(request, presented.id);
    return { outcome: 'refused' };
  }

  #accept(key: string, presented: PresentedCredential, record: R): Verification<R> {
    this.#proven.set(key, presented.hash);
    return { outcome: 'accepted', id: presented.id, record };
  }

  #malformed(request: VerifyRequest): Verification<R> {
    const wait = this.#addressFailures.take(clientNetwork(request.address));
    return wait > 0 ? { outcome: 'throttled', retryAfterSeconds: wait } : { outcome: 'refused' };
  }

  #isProven(key: string, presented: PresentedCredential): boolean {
    const proven = this.#proven.get(key);
    return proven !== undefined && equalHashes(proven, presented.hash);
  }

  #failureWait(request: VerifyRequest, id: string): number {
    return Math.max(
      this.#addressFailures.wait(clientNetwork(request.address)),
      this.#credentialFailures.wait(cacheKey(request.scope, id)),
    );
  }

  #countFailure(request: VerifyRequest, id: string): void {
    this.#addressFailures.take(clientNetwork(request.address));
    this.#credentialFailures.take(cacheKey(request.scope, id));
  }

  #recent(key: string): R | undefined {
    const known = this.#records.get(key);
    if (known === undefined) return undefined;
    return this.#options.clock.monotonicMs() - known.readAtMs < RECORD_LIFE_MS ? known.record : undefined;
  }

  async #read(scope: string, id: string): Promise<R | undefined> {
    const forgottenBefore = this.#forgotten;
    const readAtMs = this.#options.clock.monotonicMs();
    const record = await this.#options.find(scope, id);
    if (record !== undefined && forgottenBefore === this.#forgotten) {
      this.#records.set(cacheKey(scope, id), { record, readAtMs });
    }
    return record;
  }
}

/** Neither a slug nor an id holds a blank. */
const cacheKey = (scope: string, id: string): string => `${scope} ${id}`;
