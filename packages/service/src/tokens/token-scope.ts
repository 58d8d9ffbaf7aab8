import type { TokenScope } from './token.ts';
import { ForbiddenError } from './token-error.ts';

/** What a request is about to do. */
export interface Access {
  readonly write: boolean;
  /** The resource type; undefined for discovery, which every token may read. */
  readonly resourceType?: string | undefined;
}

/**
 * Refuses what the scopes of a token leave out.
 *
 * @throws {ForbiddenError} naming the token and the scope
 */
export function assertPermitted(
  token: { readonly id: string; readonly scopes: readonly TokenScope[] },
  access: Access,
): void {
  if (access.write && token.scopes.includes('read-only')) {
    throw new ForbiddenError(`Token ${token.id} is read-only: use a token without that scope to change anything.`);
  }
  const { resourceType } = access;
  if (resourceType === undefined || resourceType === 'User' || !token.scopes.includes('users-only')) return;
  throw new ForbiddenError(`Token ${token.id} is for users only: use a token without that scope for ${resourceType}.`);
}
