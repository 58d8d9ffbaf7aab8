import type { SourceObjectType } from '@rollcall/sources';
import type { TargetObject } from '@rollcall/targets';
import type { PacedTarget } from '../apply/paced-target.ts';
import { errorCodeOf } from '../escrow/error-code.ts';
import type { MatchingValue, OperationFailure } from '../ledger/operation.ts';

/** Whether the target has an object. */
export type MatchResult =
  | { readonly kind: 'found'; readonly object: TargetObject }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly failure: OperationFailure };

/**
 * Asks the target for an object by its matching values in order of precedence, and stops at the first that
 * hits. Several hits are an error and never a guess.
 *
 * @see Entra: "Customize attribute mappings", matching precedence
 */
export async function matchObject(
  target: Pick<PacedTarget, 'find'>,
  type: SourceObjectType,
  keys: readonly MatchingValue[],
): Promise<MatchResult> {
  for (const { attribute, value } of keys) {
    const result = await target.find(type, attribute, value);
    if (result.kind === 'error') return { kind: 'failed', failure: lookUpFailure(attribute, result.outcome) };
    const [object, ...others] = result.objects;
    if (others.length > 0) return { kind: 'failed', failure: severalHits(attribute, value, result.objects) };
    if (object !== undefined) return { kind: 'found', object };
  }
  return { kind: 'none' };
}

function lookUpFailure(attribute: string, outcome: Parameters<typeof errorCodeOf>[0]): OperationFailure {
  return {
    kind: 'failed',
    code: errorCodeOf(outcome),
    ...(outcome.status !== undefined && { status: outcome.status }),
    detail: `looking it up by ${attribute} failed: ${outcome.detail}`,
  };
}

const SHOWN_IDS = 5;

function severalHits(attribute: string, value: string, objects: readonly TargetObject[]): OperationFailure {
  const ids = objects.slice(0, SHOWN_IDS).map(({ id }) => id);
  return {
    kind: 'failed',
    code: 'DuplicateTargetEntries',
    detail:
      `${objects.length} target objects have ${attribute} ${JSON.stringify(value)} (${ids.join(', ')}): ` +
      'delete or change all but one',
  };
}
