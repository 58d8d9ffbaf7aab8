import type { Database } from '@rollcall/storage';
import { type Clock, systemClock } from '../credentials/clock.ts';
import { FAILURE_BUDGET, type FailureBudgetOptions } from '../credentials/credential-verifier.ts';
import type { BucketOptions } from '../credentials/token-bucket.ts';
import { ApiKeyStore } from '../keys/api-key-store.ts';
import { KeyAuthenticator } from '../keys/key-authenticator.ts';
import { TokenAuthenticator } from '../tokens/token-authenticator.ts';
import { TokenStore } from '../tokens/token-store.ts';
import { TenantStore } from './tenant-store.ts';

export interface TenancyOptions {
  readonly database: Database;
  /** Told of a last use that could not be written yet. */
  readonly onError: (error: unknown) => void;
  readonly clock?: Clock;
  /** An operator key without a row. */
  readonly bootstrapKey?: string | undefined;
  /** Requests of one token: 200 a second, 1,000 at once, when absent. */
  readonly rateLimit?: BucketOptions | undefined;
  readonly failures?: FailureBudgetOptions | undefined;
  readonly lastUseIntervalMs?: number;
}

/** Who the tenants are, and who may speak for them. */
export interface Tenancy {
  readonly tenants: TenantStore;
  readonly tokens: TokenStore;
  readonly tokenAuthenticator: TokenAuthenticator;
  readonly keys: ApiKeyStore;
  readonly keyAuthenticator: KeyAuthenticator;
  /** Writes the last uses that wait. */
  flush(): Promise<void>;
  /** Writes what waits and stops the timers; the database stays open. */
  close(): Promise<void>;
}

export const RATE_LIMIT: BucketOptions = { perSecond: 200, burst: 1000 };
const LAST_USE_INTERVAL_MS = 2_000;

/** Wires the stores to the authenticators, so that whatever ends in one stops at once in the other. */
export function createTenancy(options: TenancyOptions): Tenancy {
  const { database } = options;
  const clock = options.clock ?? systemClock;
  const shared = {
    database,
    clock,
    failures: options.failures ?? FAILURE_BUDGET,
    lastUseIntervalMs: options.lastUseIntervalMs ?? LAST_USE_INTERVAL_MS,
    onLastUseError: options.onError,
  };
  const tokenAuthenticator = new TokenAuthenticator({ ...shared, rateLimit: options.rateLimit ?? RATE_LIMIT });
  const keyAuthenticator = new KeyAuthenticator({ ...shared, bootstrapKey: options.bootstrapKey });
  return {
    tenants: new TenantStore({
      database,
      clock,
      onChange: (slug) => {
        tokenAuthenticator.forget(slug);
        keyAuthenticator.forget();
      },
    }),
    tokens: new TokenStore({ database, clock, onEnd: (tenant, id) => tokenAuthenticator.forget(tenant, id) }),
    tokenAuthenticator,
    keys: new ApiKeyStore({ database, clock, onEnd: (id) => keyAuthenticator.forget(id) }),
    keyAuthenticator,
    flush: async () => {
      await Promise.all([tokenAuthenticator.flush(), keyAuthenticator.flush()]);
    },
    close: async () => {
      await Promise.all([tokenAuthenticator.close(), keyAuthenticator.close()]);
    },
  };
}
