import type { SourceObjectType, SourceReference } from '@rollcall/sources';
import type { TargetRequest } from '@rollcall/targets';
import type { TargetValue } from '../map/target-value.ts';
import type { SentValues } from '../plan/differences.ts';

/**
 * One change to one target object: the ledger's row.
 *
 * States: `planned` (committed, not sent) -> `sent` (committed before the request leaves) -> `done` or
 * `failed` (what the target answered). `cancelled` is a planned row that its cycle never sent. A row found
 * `sent` after a restart goes back to `planned` and is marked uncertain: it is resolved by a read.
 */
export interface Operation {
  readonly number: number;
  readonly phase: Phase;
  readonly kind: OperationKind;
  readonly objectType: SourceObjectType;
  readonly sourceObjectId: string;
  readonly targetId: string | null;
  /** The literal request; `null` when the target needs none. */
  readonly request: TargetRequest | null;
  /** How the object of a create is found again when its answer was lost. */
  readonly matchedBy: MatchingValue | null;
  readonly claim: string | null;
  /** Values that the target is believed to have before, by target attribute. */
  readonly before: SentValues | null;
  /** Everything that the target has been sent once this is acknowledged. */
  readonly sent: SentValues | null;
  /** The link once this is acknowledged; `null` when it stays as it is. */
  readonly linkState: LinkState | 'removed' | null;
  /** The members that this adds or removes. */
  readonly members: readonly MemberChange[] | null;
}

/** An operation as the planner makes it, before it has its number. */
export type OperationDraft = Omit<Operation, 'number' | 'phase'>;

/**
 * - `create`, `update`, `delete`: of a user or group.
 * - `disable`, `enable`: an update by which the object becomes soft-deleted for the target, or returns.
 * - `link`: the target has it already as it should be; nothing is sent.
 * - `release`: the object left scope and the target is told nothing; nothing is sent.
 * - `addMembers`, `removeMembers`: one chunk of a group's members.
 */
export type OperationKind =
  | 'create'
  | 'update'
  | 'disable'
  | 'enable'
  | 'delete'
  | 'link'
  | 'release'
  | 'addMembers'
  | 'removeMembers';

/** Kinds that take something away; without a complete source read none of them is planned (P7). */
export const REMOVING_KINDS: readonly OperationKind[] = ['disable', 'delete', 'release', 'removeMembers'];

/** One member by the source's id and by the target's. */
export interface MemberChange extends SourceReference {
  readonly targetId: string;
}

export type LinkState = 'managed' | 'unmanaged';

/** A value by which an object is looked up at the target. */
export interface MatchingValue {
  readonly attribute: string;
  readonly value: string;
}

/**
 * The order of the waves: users before groups before members. Within a type what frees a unique value comes
 * before what may take it.
 */
export const PHASES = [
  'deleteUsers',
  'changeUsers',
  'createUsers',
  'deleteGroups',
  'changeGroups',
  'createGroups',
  'members',
] as const;
export type Phase = (typeof PHASES)[number];

/** The wave that an operation belongs to. */
export function phaseOf({ kind, objectType }: Pick<OperationDraft, 'kind' | 'objectType'>): Phase {
  if (kind === 'addMembers' || kind === 'removeMembers') return 'members';
  const things = objectType === 'User' ? 'Users' : 'Groups';
  if (kind === 'delete') return `delete${things}`;
  return kind === 'create' ? `create${things}` : `change${things}`;
}

/**
 * What became of an acknowledged operation, in order of precedence.
 *
 * - `linked`: nothing had to be sent.
 * - `done`: the target answered success.
 * - `adopted`: the answer to a create was lost, and a read found the object.
 * - `verified`: the answer was lost, and a read showed the change done.
 * - `alreadyGone`: a delete found nothing, and a read confirmed it.
 */
export type Acknowledgement = 'linked' | 'done' | 'adopted' | 'verified' | 'alreadyGone';

/** The end of one operation: what the target answered, or what a read has shown. */
export type Settlement =
  | {
      readonly kind: 'done';
      readonly outcome: Acknowledgement;
      readonly status?: number;
      /** The target's id, when it is known only now. */
      readonly targetId?: string;
      /** What the target has, where a read says otherwise than the plan. */
      readonly sent?: Readonly<Record<string, TargetValue>>;
    }
  | OperationFailure
  /** Several members in one refused request: one of them is to blame, so each half gets its own. */
  | {
      readonly kind: 'split';
      readonly parts: readonly OperationDraft[];
      readonly status?: number;
      readonly detail: string;
    };

export interface OperationFailure {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly status?: number;
  /** What was wrong, where, which value, what to do. */
  readonly detail: string;
  /** The target's object is gone for certain: the link is dropped, and the next cycle matches anew. */
  readonly unlink?: boolean;
}

/**
 * Why an object was not brought where it should be.
 *
 * @see Entra: "Analyze provisioning logs", error codes
 */
export type ErrorCode =
  | 'Conflict'
  | 'DuplicateSourceEntries'
  | 'DuplicateTargetEntries'
  | 'ExpressionFailed'
  | 'InsufficientRights'
  | 'InternalServerError'
  | 'InvalidAnchor'
  | 'InvalidAttributeValue'
  | 'MandatoryFieldsMissing'
  | 'OutcomeUnknown'
  | 'SchemaPropertyCanOnlyAcceptValue'
  | 'SystemForCrossDomainIdentityManagementServiceIncompatible'
  | 'Timeout'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'UnprocessableEntity';
