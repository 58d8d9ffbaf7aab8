import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from '../cycle/cycle-handle.ts';
import type { OperationFailure } from '../ledger/operation.ts';

export interface EscrowEntry {
  readonly objectType: string;
  readonly sourceObjectId: string;
  readonly failure: OperationFailure;
}

/** Keeps objects whose operation failed; several failures in one cycle count once. */
export async function escrowObjects(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  entries: readonly EscrowEntry[],
  now: Date,
): Promise<void> {
  if (entries.length === 0) return;
  const byObject = new Map(entries.map((entry) => [`${entry.objectType}:${entry.sourceObjectId}`, entry]));
  const rows = [...byObject.values()].map(({ objectType, sourceObjectId, failure }) => ({
    object_type: objectType,
    source_object_id: sourceObjectId,
    error_code: failure.code,
    detail: failure.detail,
  }));
  await tx.query(
    statement(
      sql`
        insert into escrow (tenant, job_id, object_type, source_object_id, error_code, detail, failures, cycle_id,
          first_failed_at, last_failed_at)
        select ${tenant}, ${jobId}, object_type, source_object_id, error_code, detail, 1, ${cycleId}, ${now}, ${now}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(object_type text, source_object_id text,
          error_code text, detail text)
        on conflict (tenant, job_id, object_type, source_object_id) do update set
          error_code = excluded.error_code, detail = excluded.detail,
          failures = escrow.failures + case when escrow.cycle_id = excluded.cycle_id then 0 else 1 end,
          cycle_id = excluded.cycle_id, last_failed_at = excluded.last_failed_at`,
    ),
  );
}

/** Every object was looked at in this cycle: those that did not fail in it have recovered, or need nothing more. */
export async function releaseRecovered(tx: Queryable, { tenant, jobId, cycleId }: CycleKey): Promise<void> {
  await tx.query(
    statement(sql`
      delete from escrow where tenant = ${tenant} and job_id = ${jobId} and cycle_id <> ${cycleId}`),
  );
}
