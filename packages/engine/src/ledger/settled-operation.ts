import type { Settlement } from './operation.ts';
import type { ClaimedOperation } from './operation-store.ts';

/** One operation with its end. */
export interface SettledOperation {
  readonly operation: ClaimedOperation;
  readonly settlement: Settlement;
  /** Requests that it took. */
  readonly attempts: number;
}

/** The target's id of the object, as far as it is known after the operation. */
export function targetIdOf({ operation, settlement }: SettledOperation): string | null {
  return (settlement.kind === 'done' ? settlement.targetId : undefined) ?? operation.targetId;
}
