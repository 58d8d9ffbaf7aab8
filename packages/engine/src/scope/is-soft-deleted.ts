import type { SourceObjectType } from '@rollcall/sources';

/** What decides whether an object counts as soft-deleted for one job. */
export interface ObjectState {
  readonly type: SourceObjectType;
  /** Assigned, or everything is in scope. */
  readonly inScope: boolean;
  /** In the directory's recycle bin. */
  readonly softDeleted: boolean;
  /** A complete read did not find it any more. */
  readonly gone: boolean;
  /** The source's `accountEnabled`; what is not told is not false. */
  readonly accountEnabled: unknown;
}

/**
 * The value of `IsSoftDeleted`, from which mappings make `active`.
 *
 * True when the object is not in scope, in the recycle bin, gone, or its account is disabled: leaving scope
 * needs no rule of its own, the mapping alone says what it means at the target.
 *
 * @see Entra: "Customize attribute mappings", IsSoftDeleted
 */
export function isSoftDeleted(state: ObjectState): boolean {
  if (!state.inScope || state.softDeleted || state.gone) return true;
  return state.type === 'User' && isFalse(state.accountEnabled);
}

function isFalse(value: unknown): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}
