import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from '../cycle/cycle-handle.ts';
import { type Acknowledgement, type ErrorCode, type Operation, PHASES, type Phase } from './operation.ts';

/** An operation as the ledger has it: what was intended, and what the target answered. */
export interface LedgerOperation extends Operation {
  readonly state: 'planned' | 'sent' | 'done' | 'failed' | 'cancelled';
  readonly outcome: Acknowledgement | 'failed' | 'split' | null;
  readonly errorCode: ErrorCode | null;
  readonly status: number | null;
  readonly detail: string | null;
  /** Requests that it took, look-ups included. */
  readonly attempts: number;
  readonly plannedAt: Date;
  readonly sentAt: Date | null;
  readonly answeredAt: Date | null;
}

export interface OperationPage {
  /** Only operations with a greater number; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
}

type LedgerRow = Omit<LedgerOperation, 'phase'> & { readonly phase: number };

/** A page of a cycle's ledger, in the order in which it was planned. */
export async function listOperations(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  { after, limit }: OperationPage,
): Promise<readonly LedgerOperation[]> {
  const { rows } = await tx.query<LedgerRow>(
    statement(sql`
      select number, phase, kind, object_type as "objectType", source_object_id as "sourceObjectId",
        target_id as "targetId", request, matched_by as "matchedBy", claim, before, sent, link_state as "linkState",
        members, state, outcome, error_code as "errorCode", status, detail, attempts, planned_at as "plannedAt",
        sent_at as "sentAt", answered_at as "answeredAt"
      from operation
      where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId} and number > ${after}
      order by number
      limit ${limit}`),
  );
  return rows.map((row) => ({ ...row, phase: phaseAt(row.phase) }));
}

function phaseAt(index: number): Phase {
  const phase = PHASES[index];
  if (phase === undefined) throw new TypeError(`the ledger names wave ${index}, there are ${PHASES.length}`);
  return phase;
}
