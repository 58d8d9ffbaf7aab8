/** A key of the admin API as lists show it: everything but the secret, which nobody has. */
export interface ApiKey {
  /** The public id, the second part of its text. */
  readonly id: string;
  /** The tenant that it works for; undefined for an operator's key, which works for all. */
  readonly tenant: string | undefined;
  readonly name: string;
  readonly status: 'active' | 'expired' | 'revoked';
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
}

/** A row of `api_key`, without the hash. */
export interface ApiKeyRow {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

/** The tenant of rows that hold operator keys: no slug is empty. */
export const OPERATOR = '';

export function apiKeyFromRow(row: ApiKeyRow, now: Date): ApiKey {
  return {
    id: row.id,
    tenant: row.tenant === OPERATOR ? undefined : row.tenant,
    name: row.name,
    status: keyStatus(row, now),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}

export function keyStatus(row: Pick<ApiKeyRow, 'expires_at' | 'revoked_at'>, now: Date): ApiKey['status'] {
  if (row.revoked_at !== null) return 'revoked';
  return row.expires_at !== null && row.expires_at <= now ? 'expired' : 'active';
}
