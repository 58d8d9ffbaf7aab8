import { ScimError } from '@rollcall/scim';
import type { TokenEnd } from './token.ts';

/** 401: no credential, or none that opens this endpoint. The reply carries `WWW-Authenticate: Bearer`. @see RFC 6750 3 */
export class UnauthorizedError extends ScimError {
  override readonly name = 'UnauthorizedError';
  constructor(detail: string) {
    super(401, undefined, detail);
  }
}

/** 403: the token is valid, and its scopes leave this out. @see RFC 7644 3.12 */
export class ForbiddenError extends ScimError {
  override readonly name = 'ForbiddenError';
  constructor(detail: string) {
    super(403, undefined, detail);
  }
}

/** 429: the reply carries `Retry-After` with these seconds. @see RFC 6585 4 */
export class TooManyRequestsError extends ScimError {
  override readonly name = 'TooManyRequestsError';
  readonly retryAfterSeconds: number;
  constructor(detail: string, retryAfterSeconds: number) {
    super(429, undefined, detail);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const missingToken = (): UnauthorizedError =>
  new UnauthorizedError('The request carries no token: send "Authorization: Bearer rc_…" with a provisioning token.');

/** One answer for a wrong secret, another tenant's token, an unknown and a disabled tenant: it tells nothing apart. */
export const refusedToken = (): UnauthorizedError =>
  new UnauthorizedError(
    'The token does not open this endpoint: check that the tenant URL and the token belong together, and that the token is complete.',
  );

const ENDINGS: Readonly<Record<TokenEnd['reason'], string>> = {
  expired: 'expired',
  revoked: 'was revoked',
  reset: 'was replaced by a reset',
};

/** Told only to who holds the whole token. */
export const endedToken = (id: string, end: TokenEnd): UnauthorizedError =>
  new UnauthorizedError(
    `Token ${id} ${ENDINGS[end.reason]} at ${end.at.toISOString()}: create a provisioning token, and enter it where this one is used.`,
  );

export const tooManyFailures = (retryAfterSeconds: number): TooManyRequestsError =>
  new TooManyRequestsError(
    `Too many requests with tokens that do not open this endpoint: check the token, and try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  );

export const tooManyRequests = (id: string, retryAfterSeconds: number): TooManyRequestsError =>
  new TooManyRequestsError(
    `Token ${id} sends more requests than this endpoint takes from one token: try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  );
