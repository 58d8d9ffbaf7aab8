import type { Quirk } from '@rollcall/scim';

/** How one tenant's endpoint decides where the standard leaves a choice or clients depart from it. */
export interface Policy {
  readonly preset: PolicyPreset;
  /** Whether two groups may share a displayName. Entra counts on its being unique. */
  readonly groupDisplayName: 'unique' | 'shared';
  /** A member id that no resource has: the request is refused, or the id is kept without a resource. */
  readonly unknownMembers: 'refuse' | 'keep';
  /** PUT: what happens to attributes that the body leaves out. `active` of a disabled user is always kept. */
  readonly putAbsent: 'clear' | 'keep';
  /** PUT of a group without `members`. */
  readonly putAbsentMembers: 'clear' | 'keep';
  /** Whether a deleted resource is gone at once or can be restored for `deletedRetentionDays`. */
  readonly deletion: 'hard' | 'soft';
  readonly deletedRetentionDays: number;
  /** A create whose userName equals that of an account made by hand takes that account over (the guide). */
  readonly connectManualAccounts: boolean;
  readonly unknownAttributes: 'ignore' | 'refuse';
  /** Resources that one token may delete or disable in a minute before it is answered 429; 0 lifts the limit. */
  readonly deletesPerMinuteMax: number;
  /** Memberships that one token may end in a minute before it is answered 429; 0 lifts the limit. */
  readonly memberRemovalsPerMinuteMax: number;
  readonly quirks: readonly Quirk[];
}

export type PolicyPreset = 'entra' | 'okta' | 'strict';
