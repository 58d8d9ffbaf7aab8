import { Refusal } from '../tenants/refusal.ts';

/** What a token may not do although it is valid. `read-only`: no writes. `users-only`: users and discovery, no groups. */
export type TokenScope = 'read-only' | 'users-only';

export const TOKEN_SCOPES: readonly TokenScope[] = ['read-only', 'users-only'];

/** In order of precedence: what ended a token first is what it is called. */
export type TokenStatus = 'active' | 'expired' | 'revoked' | 'reset';

/** A provisioning token as lists show it: everything but the secret, which nobody has. */
export interface Token {
  /** The public id, the second part of its text. */
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly status: TokenStatus;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | undefined;
  /** When it was revoked or reset, or when it expired. */
  readonly endedAt: Date | undefined;
  readonly endedBy: string | undefined;
  /** Attempts with an ended token count too: they show who still has to be given the new one. */
  readonly lastUsedAt: Date | undefined;
  readonly lastUsedAddress: string | undefined;
  readonly lastUsedAgent: string | undefined;
}

/** A row of `provisioning_token`, without the hash. */
export interface TokenRow {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly created_by: string;
  readonly expires_at: Date | null;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly end_reason: 'revoked' | 'reset' | null;
  readonly last_used_at: Date | null;
  readonly last_used_address: string | null;
  readonly last_used_agent: string | null;
}

export function tokenFromRow(row: TokenRow, now: Date): Token {
  const end = tokenEnd(row, now);
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    scopes: knownScopes(row.scopes),
    status: end?.reason ?? 'active',
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at ?? undefined,
    endedAt: end?.at,
    endedBy: end?.reason === 'expired' ? undefined : (row.ended_by ?? undefined),
    lastUsedAt: row.last_used_at ?? undefined,
    lastUsedAddress: row.last_used_address ?? undefined,
    lastUsedAgent: row.last_used_agent ?? undefined,
  };
}

export interface TokenEnd {
  readonly reason: 'expired' | 'revoked' | 'reset';
  readonly at: Date;
}

/**
 * What ended the token, if anything has: its expiry, unless it was revoked or reset before that. A token that
 * was ended stays so, even when the clock is set back to before its expiry.
 */
export function tokenEnd(
  row: Pick<TokenRow, 'expires_at' | 'ended_at' | 'end_reason'>,
  now: Date,
): TokenEnd | undefined {
  const { expires_at: expiresAt, ended_at: endedAt } = row;
  if (expiresAt !== null && (endedAt === null ? expiresAt <= now : expiresAt < endedAt)) {
    return { reason: 'expired', at: expiresAt };
  }
  return endedAt === null ? undefined : { reason: row.end_reason ?? 'revoked', at: endedAt };
}

/**
 * A scope that this version does not know is a restriction that it cannot keep: it is an error, never ignored.
 *
 * @throws {TypeError}
 */
export function knownScopes(scopes: readonly string[]): readonly TokenScope[] {
  return scopes.map((scope) => {
    const known = TOKEN_SCOPES.find((candidate) => candidate === scope);
    if (known === undefined)
      throw new TypeError(`a token carries the scope "${scope}", which this version does not know`);
    return known;
  });
}

/** @throws {Refusal} `invalid-value`: an unknown scope; repeated ones are merged */
export function checkScopes(scopes: readonly string[]): readonly TokenScope[] {
  const known = TOKEN_SCOPES.filter((scope) => scopes.includes(scope));
  const unknown = scopes.find((scope) => !TOKEN_SCOPES.some((candidate) => candidate === scope));
  if (unknown === undefined) return known;
  throw new Refusal(
    'invalid-value',
    `scopes names ${JSON.stringify(unknown.slice(0, 60))}: choose from ${TOKEN_SCOPES.join(', ')}, or none for full access.`,
    'scopes',
  );
}
