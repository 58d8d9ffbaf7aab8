import { type OperationDraft, type OperationKind, REMOVING_KINDS } from '../ledger/operation.ts';

/** What a plan would do, counted before the first write. */
export type PlanCounts = Readonly<Record<OperationKind, number>>;

/** Most that one cycle may do of a kind; a kind without a limit has none. */
export type PlanLimits = Partial<Readonly<Record<OperationKind, number>>>;

export type Verdict =
  | { readonly held: false }
  /** Nothing at all is written; each reason names a kind, its number and its limit. */
  | { readonly held: true; readonly reasons: readonly string[] };

/**
 * Whether an operation takes something away: an account, its use, a membership, or the engine's care for it.
 * It needs a complete source read (P7).
 */
export function takesAway({ kind, linkState }: Pick<OperationDraft, 'kind' | 'linkState'>): boolean {
  return REMOVING_KINDS.includes(kind) || linkState === 'unmanaged' || linkState === 'removed';
}

/**
 * Judges a whole plan before its first write: over one limit, nothing of it is written (P8).
 *
 * A guard that stops after the five hundredth deletion has let five hundred through.
 */
export function judgePlan(counts: PlanCounts, limits: PlanLimits): Verdict {
  const reasons = Object.entries(limits)
    .map(([kind, limit]) => ({ kind, limit, count: counts[kind as OperationKind] }))
    .filter(({ count, limit }) => count > limit)
    .map(({ kind, limit, count }) => `the plan has ${count} operations of kind ${kind}, the limit is ${limit}`);
  return reasons.length === 0 ? { held: false } : { held: true, reasons };
}
