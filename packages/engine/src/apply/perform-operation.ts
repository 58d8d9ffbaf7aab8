import type { Outcome, TargetRequest } from '@rollcall/targets';
import { errorCodeOf } from '../escrow/error-code.ts';
import type { OperationFailure, Settlement } from '../ledger/operation.ts';
import type { ClaimedOperation } from '../ledger/operation-store.ts';
import type { CompiledSchema } from '../map/compile-schema.ts';
import { splitMembers } from '../plan/member-operations.ts';
import type { PacedTarget } from './paced-target.ts';
import { confirmGone, resolveUnknown } from './resolve-unknown.ts';

/** So often a write is sent whose attempts before were certainly not done. */
export const SENDS_MAX = 4;

export interface PerformContext {
  readonly target: PacedTarget;
  readonly schema: CompiledSchema;
}

type Unsuccessful = Exclude<Outcome, { kind: 'done' }>;

/**
 * Sends one operation until it has an end.
 *
 * What was certainly not done is sent again, a few times. What may have been done is read first, and sent
 * again only if the read shows that it was not (P9). Nothing else is ever sent twice.
 */
export async function performOperation(operation: ClaimedOperation, context: PerformContext): Promise<Settlement> {
  const { request } = operation;
  if (request === null) return { kind: 'done', outcome: 'linked' };
  let unclear = operation.uncertain;
  let last: Unsuccessful | undefined;
  for (let sends = 0; sends < SENDS_MAX; sends += 1) {
    if (unclear) {
      const found = await resolveUnknown(operation, context);
      if (found.kind !== 'notDone') return found;
    }
    const outcome = await context.target.send(request);
    if (outcome.kind === 'done') return acknowledged(operation, outcome);
    const end = await settleUnsuccessful(operation, request, outcome, { unclear, context });
    if (end !== undefined) return end;
    last = outcome;
    unclear = outcome.kind === 'unknown';
    await context.target.backOff(sends);
  }
  return endOfTries(operation, last, unclear, context);
}

function acknowledged({ kind }: ClaimedOperation, { status, object }: Extract<Outcome, { kind: 'done' }>): Settlement {
  const created = kind === 'create' && object !== undefined;
  return { kind: 'done', outcome: 'done', status, ...(created && { targetId: object.id }) };
}

interface Circumstances {
  /** An earlier attempt may have been done after all. */
  readonly unclear: boolean;
  readonly context: PerformContext;
}

/** The end that an outcome without success leads to; `undefined` when the request may be sent again. */
async function settleUnsuccessful(
  operation: ClaimedOperation,
  request: TargetRequest,
  outcome: Unsuccessful,
  { unclear, context }: Circumstances,
): Promise<Settlement | undefined> {
  switch (outcome.kind) {
    case 'failed':
    case 'unknown':
      return undefined;
    case 'notFound':
      return confirmGone(operation, outcome, context);
    case 'conflict':
      return settleConflict(operation, outcome, { unclear, context });
    case 'refused':
      return settleRefusal(operation, request, outcome, context);
    case 'unusable':
      return settleUnusable(operation, outcome, context);
    case 'throttled':
      return failureOf(outcome);
  }
}

/** A conflict after an unclear attempt is most likely our own object. */
async function settleConflict(
  operation: ClaimedOperation,
  outcome: Unsuccessful,
  { unclear, context }: Circumstances,
): Promise<Settlement> {
  if (operation.kind !== 'create' || !unclear) return failureOf(outcome);
  const found = await resolveUnknown(operation, context);
  return found.kind === 'notDone' ? failureOf(outcome) : found;
}

function settleRefusal(
  operation: ClaimedOperation,
  request: TargetRequest,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  { target }: PerformContext,
): Settlement {
  const failure = failureOf(outcome);
  const parts = failure.code === 'Unauthorized' ? [] : splitMembers(operation, target.profile);
  if (parts.length === 0) return failure;
  const detail = `${request.method} was refused for ${operation.members?.length} members at once, each half is tried: ${outcome.detail}`;
  return { kind: 'split', parts, status: outcome.status, detail };
}

/** An answer that is no SCIM answer says nothing about what was done. */
async function settleUnusable(
  operation: ClaimedOperation,
  outcome: Unsuccessful,
  context: PerformContext,
): Promise<Settlement> {
  const found = await resolveUnknown(operation, context);
  return found.kind === 'done' ? found : failureOf(outcome);
}

/** A last look before giving up: an attempt whose answer was lost may have been done. */
async function endOfTries(
  operation: ClaimedOperation,
  last: Unsuccessful | undefined,
  unclear: boolean,
  context: PerformContext,
): Promise<Settlement> {
  if (last === undefined) throw new TypeError('an operation is sent at least once');
  if (!unclear) return failureOf(last);
  const found = await resolveUnknown(operation, context);
  return found.kind === 'notDone' ? failureOf(last) : found;
}

function failureOf(outcome: Unsuccessful): OperationFailure {
  return {
    kind: 'failed',
    code: errorCodeOf(outcome),
    ...(outcome.status !== undefined && { status: outcome.status }),
    detail: outcome.detail,
  };
}
