import { type Database, sql, statement } from '@rollcall/storage';
import type { Clock } from '../credentials/clock.ts';
import { equalHashes, hashSecret, readBearer } from '../credentials/credential.ts';
import { CredentialVerifier, type FailureBudgetOptions } from '../credentials/credential-verifier.ts';
import { LastUse, type Use } from '../credentials/last-use.ts';
import { type ApiKeyRow, keyStatus, OPERATOR } from './api-key.ts';

export interface KeyRequest {
  readonly authorization: string | undefined;
  readonly address: string;
}

/** Who asks the admin API. */
export type Principal =
  | { readonly kind: 'operator'; readonly keyId: string }
  | { readonly kind: 'tenant'; readonly keyId: string; readonly tenant: string };

/** The answers in order of precedence. `ended` is told only to who holds the whole key. */
export type KeyVerdict =
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'ended'; readonly keyId: string; readonly status: 'expired' | 'revoked' }
  | { readonly outcome: 'accepted'; readonly principal: Principal };

export interface KeyAuthenticatorOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly failures: FailureBudgetOptions;
  /** An operator key that is accepted without a row, for automation from the first start. */
  readonly bootstrapKey: string | undefined;
  readonly lastUseIntervalMs: number;
  readonly onLastUseError: (error: unknown) => void;
}

/** What the bootstrap key is called where other keys have an id. */
export const BOOTSTRAP_KEY_ID = 'bootstrap';
/** Fewer characters could be guessed, and would open every tenant. */
export const BOOTSTRAP_KEY_LENGTH_MIN = 32;

interface KeyRecord {
  readonly hash: Buffer;
  readonly row: Pick<ApiKeyRow, 'tenant' | 'expires_at' | 'revoked_at'>;
  readonly tenantDisabled: boolean;
}

/** Keys have ids of their own, whatever their tenant: the request says none. */
const SCOPE = 'key';

/** Decides who a request to the admin API comes from. What it may do is the route's question. */
export class KeyAuthenticator {
  readonly #clock: Clock;
  readonly #verifier: CredentialVerifier<KeyRecord>;
  readonly #lastUse: LastUse;
  readonly #bootstrapHash: Buffer | undefined;

  /** @throws {TypeError} the bootstrap key is too short to be a secret */
  constructor(options: KeyAuthenticatorOptions) {
    const { database, clock, failures, bootstrapKey } = options;
    if (bootstrapKey !== undefined && bootstrapKey.length < BOOTSTRAP_KEY_LENGTH_MIN) {
      throw new TypeError(`the bootstrap key has fewer than ${BOOTSTRAP_KEY_LENGTH_MIN} characters`);
    }
    this.#clock = clock;
    this.#bootstrapHash = bootstrapKey === undefined ? undefined : hashSecret(bootstrapKey);
    this.#verifier = new CredentialVerifier({
      prefix: 'rk',
      find: (_, id) => findRecord(database, id),
      clock,
      failures,
    });
    this.#lastUse = new LastUse({
      write: (uses) => writeUses(database, uses),
      intervalMs: options.lastUseIntervalMs,
      onError: options.onLastUseError,
    });
  }

  async authenticate(request: KeyRequest): Promise<KeyVerdict> {
    if (this.#isBootstrapKey(request.authorization)) {
      return { outcome: 'accepted', principal: { kind: 'operator', keyId: BOOTSTRAP_KEY_ID } };
    }
    const verification = await this.#verifier.verify({ ...request, scope: SCOPE });
    return verification.outcome === 'accepted'
      ? this.#judge(verification.id, verification.record, request.address)
      : verification;
  }

  /** Drops what is remembered of a key: what was revoked here stops at once. */
  forget(id?: string): void {
    this.#verifier.forget(SCOPE, id);
  }

  /** Writes the last uses that wait. */
  async flush(): Promise<void> {
    await this.#lastUse.flush();
  }

  async close(): Promise<void> {
    await this.#lastUse.close();
  }

  #judge(keyId: string, { row, tenantDisabled }: KeyRecord, address: string): KeyVerdict {
    const now = this.#clock.now();
    const status = keyStatus(row, now);
    if (status !== 'active') return { outcome: 'ended', keyId, status };
    if (tenantDisabled) return { outcome: 'refused' };
    this.#lastUse.record({ scope: row.tenant, id: keyId, at: now, address, agent: '' });
    const principal: Principal =
      row.tenant === OPERATOR ? { kind: 'operator', keyId } : { kind: 'tenant', keyId, tenant: row.tenant };
    return { outcome: 'accepted', principal };
  }

  #isBootstrapKey(authorization: string | undefined): boolean {
    const text = readBearer(authorization);
    return (
      text !== undefined && this.#bootstrapHash !== undefined && equalHashes(hashSecret(text), this.#bootstrapHash)
    );
  }
}

interface FoundRow extends Pick<ApiKeyRow, 'tenant' | 'expires_at' | 'revoked_at'> {
  readonly hash: Buffer;
  readonly disabled_at: Date | null;
}

async function findRecord(database: Database, id: string): Promise<KeyRecord | undefined> {
  const { rows } = await database.query<FoundRow>(selectRecord(id));
  const [row] = rows;
  return row && { hash: row.hash, row, tenantDisabled: row.disabled_at !== null };
}

async function writeUses(database: Database, uses: readonly Use[]): Promise<void> {
  await database.query(updateLastUse(uses));
}

const selectRecord = (id: string) =>
  statement(
    sql`select k.tenant, k.hash, k.expires_at, k.revoked_at, o.disabled_at
        from api_key k left join tenant o on o.tenant = k.tenant
        where k.id = ${id}`,
    'key-authenticate',
  );

/** Moves forward only: another process may have written a later use. */
const updateLastUse = (uses: readonly Use[]) =>
  statement(
    sql`update api_key k
        set last_used_at = u.at
        from unnest(${uses.map((use) => use.scope)}::text[], ${uses.map((use) => use.id)}::text[],
                    ${uses.map((use) => use.at.toISOString())}::timestamptz[]) as u (tenant, id, at)
        where k.tenant = u.tenant and k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`,
    'key-last-use',
  );
