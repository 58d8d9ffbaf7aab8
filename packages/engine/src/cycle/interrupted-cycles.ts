import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from './cycle-handle.ts';
import { endCycle } from './open-cycle.ts';

export interface InterruptedQuery {
  /** This process; what it runs itself is not interrupted. */
  readonly processId: string;
  /** No other process works on this database: whatever another one holds, it holds no more. */
  readonly soleProcess: boolean;
  readonly limit: number;
}

/**
 * Cycles of all tenants that are under way and that nobody runs: begun and not taken up yet, or their process
 * has ended. The longest waiting first.
 */
export async function listInterrupted(
  tx: Queryable,
  { processId, soleProcess, limit }: InterruptedQuery,
): Promise<readonly CycleKey[]> {
  const { rows } = await tx.query<CycleKey>(
    statement(sql`
      select tenant, job_id as "jobId", id as "cycleId" from cycle
      where state = 'running'
        and (lease_until <= now() or (${soleProcess} and not starts_with(lease_owner, ${`${processId}:`})))
      order by lease_until
      limit ${limit}`),
  );
  return rows;
}

/**
 * Ends a cycle that cannot be run, as failed. One that ended, or that somebody runs, stays as it is.
 *
 * What it had sent without an answer is cancelled: the next cycle matches or compares anew.
 */
export async function giveUpCycle(tx: Queryable, key: CycleKey, reason: string, now: Date): Promise<boolean> {
  const { tenant, jobId, cycleId } = key;
  const { rowCount } = await tx.query(
    statement(sql`
      select 1 from cycle
      where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId} and state = 'running'
        and lease_until <= now()
      for update`),
  );
  if (rowCount !== 1) return false;
  await endCycle(tx, key, { state: 'failed', error: reason, now });
  return true;
}
