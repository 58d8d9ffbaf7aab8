import { type Queryable, sql, statement } from '@rollcall/storage';
import { NotFoundError } from '../job/not-found-error.ts';
import type { Cycle } from './cycle.ts';
import type { CycleKey } from './cycle-handle.ts';

/** @throws {NotFoundError} the job has no such cycle */
export async function getCycleRow(tx: Queryable, { tenant, jobId, cycleId }: CycleKey): Promise<Cycle> {
  const { rows } = await tx.query<Cycle>(
    statement(sql`
      select ${cycleColumns} from cycle
      where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`),
  );
  const [cycle] = rows;
  if (cycle === undefined) throw new NotFoundError('cycle', cycleId);
  return cycle;
}

/** The job's cycles, the latest first. */
export async function listCycleRows(
  tx: Queryable,
  { tenant, jobId }: Pick<CycleKey, 'tenant' | 'jobId'>,
  limit: number,
): Promise<readonly Cycle[]> {
  const { rows } = await tx.query<Cycle>(
    statement(sql`
      select ${cycleColumns} from cycle
      where tenant = ${tenant} and job_id = ${jobId}
      order by started_at desc, id desc
      limit ${limit}`),
  );
  return rows;
}

const cycleColumns = sql`
  tenant, job_id as "jobId", id, kind, state, stage, source_complete as "sourceComplete",
  source_evidence as "sourceEvidence", error, started_at as "startedAt", finished_at as "finishedAt"`;

/** Adds the requests of one run; a cycle that was interrupted has several runs. */
export async function addRequests(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  requests: number,
): Promise<void> {
  await tx.query(
    statement(sql`
      update cycle set requests = requests + ${requests}
      where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`),
  );
}
