import { type Database, sql, statement } from '@rollcall/storage';
import type { Clock } from '../credentials/clock.ts';
import { CredentialVerifier, type FailureBudgetOptions } from '../credentials/credential-verifier.ts';
import { LastUse, type Use } from '../credentials/last-use.ts';
import { type BucketOptions, TokenBuckets } from '../credentials/token-bucket.ts';
import type { Policy } from '../tenants/policy.ts';
import { type PolicyInput, policyFromStored } from '../tenants/policy-input.ts';
import { SLUG_FORM } from '../tenants/slug.ts';
import { knownScopes, type TokenEnd, type TokenRow, type TokenScope, tokenEnd } from './token.ts';
import { endedToken, missingToken, refusedToken, tooManyFailures, tooManyRequests } from './token-error.ts';

/** What of a request decides whether it may pass. */
export interface TokenRequest {
  /** The tenant that the matched route's path names. */
  readonly tenant: string;
  readonly authorization: string | undefined;
  readonly address: string;
  readonly agent: string | undefined;
}

/** Who asks, and by which rules the tenant's endpoint answers. */
export interface AuthenticatedToken {
  /** The slug: the same in the token's row and in the path. */
  readonly tenant: string;
  readonly policy: Policy;
  readonly token: { readonly id: string; readonly name: string; readonly scopes: readonly TokenScope[] };
}

export interface TokenAuthenticatorOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly failures: FailureBudgetOptions;
  /** Requests of one token, in this process. */
  readonly rateLimit: BucketOptions;
  readonly lastUseIntervalMs: number;
  readonly onLastUseError: (error: unknown) => void;
}

interface TokenRecord {
  readonly hash: Buffer;
  readonly tenantDisabled: boolean;
  readonly row: Pick<TokenRow, 'expires_at' | 'ended_at' | 'end_reason'>;
  readonly result: AuthenticatedToken;
}

/** Decides whether a request may pass to a tenant's endpoint, and remembers who used which token. */
export class TokenAuthenticator {
  readonly #clock: Clock;
  readonly #verifier: CredentialVerifier<TokenRecord>;
  readonly #rate: TokenBuckets;
  readonly #lastUse: LastUse;

  constructor(options: TokenAuthenticatorOptions) {
    const { database, clock, failures } = options;
    this.#clock = clock;
    this.#verifier = new CredentialVerifier({
      prefix: 'rc',
      find: (tenant, id) => findRecord(database, tenant, id),
      clock,
      failures,
    });
    this.#rate = new TokenBuckets(options.rateLimit, clock);
    this.#lastUse = new LastUse({
      write: (uses) => writeUses(database, uses),
      intervalMs: options.lastUseIntervalMs,
      onError: options.onLastUseError,
    });
  }

  /**
   * The token's tenant, rules and scopes.
   *
   * A wrong secret, another tenant's token, an unknown tenant and a disabled one get the same refusal. Only who
   * holds a genuine token learns that it ended, and when.
   *
   * @throws {UnauthorizedError} the token does not open this endpoint
   * @throws {TooManyRequestsError} too many failures of this client, or too many requests of this token
   */
  async authenticate(request: TokenRequest): Promise<AuthenticatedToken> {
    const record = await this.#verify(request);
    const { id } = record.result.token;
    this.#note(request, id);
    const wait = this.#rate.take(`${request.tenant} ${id}`);
    if (wait > 0) throw tooManyRequests(id, wait);
    this.#refuseEnded(record);
    return record.result;
  }

  /**
   * Refuses a token that ended since its request began: for every step of a long request.
   *
   * @throws {UnauthorizedError}
   */
  async assertLive({ tenant, token }: AuthenticatedToken): Promise<void> {
    const record = await this.#verifier.recall(tenant, token.id);
    if (record === undefined || record.tenantDisabled) throw refusedToken();
    this.#refuseEnded(record);
  }

  /** Drops what is remembered of a tenant's tokens, or of one: what was ended here stops at once. */
  forget(tenant: string, id?: string): void {
    this.#verifier.forget(tenant, id);
  }

  /** Writes the last uses that wait. */
  async flush(): Promise<void> {
    await this.#lastUse.flush();
  }

  async close(): Promise<void> {
    await this.#lastUse.close();
  }

  async #verify(request: TokenRequest): Promise<TokenRecord> {
    const scope = SLUG_FORM.test(request.tenant) ? request.tenant : '';
    const verification = await this.#verifier.verify({ ...request, scope });
    switch (verification.outcome) {
      case 'missing':
        throw missingToken();
      case 'throttled':
        throw tooManyFailures(verification.retryAfterSeconds);
      case 'refused':
        throw refusedToken();
      case 'accepted':
        if (verification.record.tenantDisabled) throw refusedToken();
        return verification.record;
    }
  }

  #refuseEnded({ row, result }: TokenRecord): void {
    const end: TokenEnd | undefined = tokenEnd(row, this.#clock.now());
    if (end !== undefined) throw endedToken(result.token.id, end);
  }

  #note({ tenant, address, agent }: TokenRequest, id: string): void {
    this.#lastUse.record({ scope: tenant, id, at: this.#clock.now(), address, agent: agent ?? '' });
  }
}

interface FoundRow {
  readonly name: string;
  readonly hash: Buffer;
  readonly scopes: readonly string[];
  readonly expires_at: Date | null;
  readonly ended_at: Date | null;
  readonly end_reason: 'revoked' | 'reset' | null;
  readonly policy: PolicyInput;
  readonly disabled_at: Date | null;
}

async function findRecord(database: Database, tenant: string, id: string): Promise<TokenRecord | undefined> {
  const { rows } = await database.query<FoundRow>(selectRecord(tenant, id));
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    hash: row.hash,
    tenantDisabled: row.disabled_at !== null,
    row,
    result: {
      tenant,
      policy: policyFromStored(row.policy),
      token: { id, name: row.name, scopes: knownScopes(row.scopes) },
    },
  };
}

async function writeUses(database: Database, uses: readonly Use[]): Promise<void> {
  await database.query(updateLastUse(uses));
}

const selectRecord = (tenant: string, id: string) =>
  statement(
    sql`select t.name, t.hash, t.scopes, t.expires_at, t.ended_at, t.end_reason, o.policy, o.disabled_at
        from provisioning_token t join tenant o on o.tenant = t.tenant
        where t.tenant = ${tenant} and t.id = ${id}`,
    'token-authenticate',
  );

/** Moves forward only: another process may have written a later use. */
const updateLastUse = (uses: readonly Use[]) =>
  statement(
    sql`update provisioning_token t
        set last_used_at = u.at, last_used_address = u.address, last_used_agent = u.agent
        from unnest(${uses.map((use) => use.scope)}::text[], ${uses.map((use) => use.id)}::text[],
                    ${uses.map((use) => use.at.toISOString())}::timestamptz[],
                    ${uses.map((use) => use.address)}::text[], ${uses.map((use) => use.agent)}::text[])
             as u (tenant, id, at, address, agent)
        where t.tenant = u.tenant and t.id = u.id and (t.last_used_at is null or t.last_used_at < u.at)`,
    'token-last-use',
  );
