import { LRUCache } from 'lru-cache';
import type { Clock } from '../credentials/clock.ts';
import type { Policy } from '../tenants/policy.ts';
import { TooManyRequestsError } from '../tokens/token-error.ts';

/** What is counted: resources that are deleted or disabled, and memberships that end. */
export type RemovalKind = 'deletes' | 'memberRemovals';

/** Counts what the requests of one token take away. */
export interface RemovalMeter {
  /** @throws {TooManyRequestsError} the token has taken away what policy allows in a minute */
  require(kind: RemovalKind): void;
  charge(kind: RemovalKind, count: number): void;
}

interface Account {
  level: number;
  filledAtMs: number;
}

const SWITCHES = { deletes: 'deletesPerMinuteMax', memberRemovals: 'memberRemovalsPerMinuteMax' } as const;
const WORDS = { deletes: 'deleted or disabled', memberRemovals: 'removed from groups' } as const;

/** Accounts that are remembered; the one used longest ago is forgotten first, and starts again full. */
const ACCOUNTS_MAX = 20_000;

/** What fractions of a minute may lose when they are added up. */
const ROUNDING = 1e-6;

/** How many minutes of allowance one request may use up in advance: nobody waits longer for one large group. */
const DEBT_MINUTES_MAX = 15;

/**
 * Slows a token that deletes, disables or removes members faster than a directory does in earnest, so that
 * somebody can notice before all is gone. Kept in this process's memory: each process of a deployment has its own.
 *
 * An account starts with what policy allows in a minute, and fills by time. A request passes while there is
 * anything left, and is charged whole: the removal of a million members is one legal operation, after which the
 * token waits.
 */
export class RemovalBudget {
  readonly #clock: Clock;
  readonly #accounts = new LRUCache<string, Account>({ max: ACCOUNTS_MAX });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The meter of one token under its tenant's policy; 0 in the policy lifts the limit. */
  meterFor(tokenId: string, policy: Policy): RemovalMeter {
    return {
      require: (kind) => this.#require(tokenId, kind, policy[SWITCHES[kind]]),
      charge: (kind, count) => this.#charge(tokenId, kind, { count, max: policy[SWITCHES[kind]] }),
    };
  }

  #require(tokenId: string, kind: RemovalKind, max: number): void {
    if (max === 0) return;
    const { level } = this.#filled(tokenId, kind, max);
    if (level >= 1 - ROUNDING) return;
    const seconds = Math.max(1, Math.ceil(((1 - ROUNDING - level) * 60) / max));
    throw new TooManyRequestsError(
      `Token ${tokenId} has ${WORDS[kind]} more than ${max} within a minute: try again in ${seconds} s, or raise policy.${SWITCHES[kind]} if this is meant.`,
      seconds,
    );
  }

  #charge(tokenId: string, kind: RemovalKind, { count, max }: { readonly count: number; readonly max: number }): void {
    if (max === 0) return;
    const account = this.#filled(tokenId, kind, max);
    account.level = Math.max(account.level - count, -max * DEBT_MINUTES_MAX);
  }

  #filled(tokenId: string, kind: RemovalKind, max: number): Account {
    const nowMs = this.#clock.monotonicMs();
    const key = `${tokenId} ${kind}`;
    const account = this.#accounts.get(key) ?? { level: max, filledAtMs: nowMs };
    account.level = Math.min(max, account.level + ((nowMs - account.filledAtMs) / 60_000) * max);
    account.filledAtMs = nowMs;
    this.#accounts.set(key, account);
    return account;
  }
}
