import type { Outcome, TargetObject } from '@rollcall/targets';
import { errorCodeOf } from '../escrow/error-code.ts';
import type { OperationFailure, Settlement } from '../ledger/operation.ts';
import type { ClaimedOperation } from '../ledger/operation-store.ts';
import type { CompiledAttributeMapping } from '../map/compile-schema.ts';
import { sameValue } from '../map/target-value.ts';
import { matchObject } from '../match/match-object.ts';
import { readMappedValues, readTargetAttribute } from '../match/target-attribute.ts';
import type { PerformContext } from './perform-operation.ts';

type Unsuccessful = Exclude<Outcome, { kind: 'done' }>;

/** The target has shown that the operation was not done: it may be sent. */
export interface NotDone {
  readonly kind: 'notDone';
}

const NOT_DONE: NotDone = { kind: 'notDone' };

/**
 * Finds out by reading whether an operation was done whose answer was lost (P9).
 *
 * A chunk of members is not read back: groups are as large as they like, and adding a member that is there or
 * removing one that is not changes nothing, so the chunk is simply sent again.
 */
export async function resolveUnknown(
  operation: ClaimedOperation,
  context: PerformContext,
): Promise<Settlement | NotDone> {
  switch (operation.kind) {
    case 'create':
      return resolveCreate(operation, context);
    case 'delete':
      return resolveDelete(operation, context);
    case 'addMembers':
    case 'removeMembers':
      return NOT_DONE;
    case 'update':
    case 'disable':
    case 'enable':
    case 'link':
    case 'release':
      return resolveUpdate(operation, context);
  }
}

async function resolveCreate(operation: ClaimedOperation, context: PerformContext): Promise<Settlement | NotDone> {
  const { matchedBy, objectType } = operation;
  if (matchedBy === null) throw new TypeError(`create ${operation.number} names nothing to find its object by`);
  const result = await matchObject(context.target, objectType, [matchedBy]);
  if (result.kind === 'none') return NOT_DONE;
  if (result.kind === 'failed') return stillUnknown(result.failure);
  const { object } = result;
  const sent = readMappedValues(object, attributesOf(operation, context));
  return { kind: 'done', outcome: 'adopted', targetId: object.id, sent };
}

async function resolveDelete(operation: ClaimedOperation, context: PerformContext): Promise<Settlement | NotDone> {
  const answer = await context.target.get(operation.objectType, addressed(operation));
  if (answer.kind === 'notFound') return { kind: 'done', outcome: 'verified', status: answer.status };
  return answer.kind === 'done' ? NOT_DONE : stillUnknown(readFailure(answer));
}

async function resolveUpdate(operation: ClaimedOperation, context: PerformContext): Promise<Settlement | NotDone> {
  const answer = await context.target.get(operation.objectType, addressed(operation));
  if (answer.kind === 'notFound') return goneFailure(operation, answer);
  if (answer.kind !== 'done') return stillUnknown(readFailure(answer));
  const { object, status } = answer;
  if (object === undefined || !hasSentValues(object, operation, context)) return NOT_DONE;
  return { kind: 'done', outcome: 'verified', status };
}

/** Whether an object has everything that the operation was to bring about. */
function hasSentValues(object: TargetObject, operation: ClaimedOperation, context: PerformContext): boolean {
  return attributesOf(operation, context).every(({ target, definition }) => {
    const wanted = operation.sent?.[target];
    const present = readTargetAttribute(object, target);
    return wanted === undefined ? present === undefined : sameValue(wanted, present, definition);
  });
}

/**
 * Ends an operation that was answered with 404. A read by id decides: many a gateway answers 404 for a moment
 * of its own, and a link once dropped makes a duplicate.
 */
export async function confirmGone(
  operation: ClaimedOperation,
  outcome: Unsuccessful,
  context: PerformContext,
): Promise<Settlement> {
  if (operation.targetId === null) return failed('UnprocessableEntity', outcome);
  const answer = await context.target.get(operation.objectType, operation.targetId);
  if (answer.kind !== 'notFound') return failed('UnprocessableEntity', outcome);
  if (operation.kind === 'delete') return { kind: 'done', outcome: 'alreadyGone', status: answer.status };
  return goneFailure(operation, answer);
}

function goneFailure(operation: ClaimedOperation, answer: Unsuccessful): OperationFailure {
  const detail =
    `the target has no ${operation.objectType} ${operation.targetId} any more (${answer.detail}); ` +
    'the link is dropped, and the next cycle matches or creates it anew';
  return { ...failed('InvalidAnchor', answer), detail, unlink: true };
}

function stillUnknown(failure: OperationFailure): OperationFailure {
  const detail = `whether it was done is not known, and reading failed: ${failure.detail}; the next cycle reads again`;
  return { ...failure, code: 'OutcomeUnknown', detail };
}

function readFailure(answer: Unsuccessful): OperationFailure {
  return failed(errorCodeOf(answer), answer);
}

function failed(code: OperationFailure['code'], { status, detail }: Unsuccessful): OperationFailure {
  return { kind: 'failed', code, ...(status !== undefined && { status }), detail };
}

function attributesOf(
  { objectType }: ClaimedOperation,
  { schema }: PerformContext,
): readonly CompiledAttributeMapping[] {
  return schema.mappings.get(objectType)?.attributes ?? [];
}

function addressed({ targetId, kind, number }: ClaimedOperation): string {
  if (targetId === null) throw new TypeError(`${kind} ${number} addresses no target object`);
  return targetId;
}
