import { type Queryable, sql, statement } from '@rollcall/storage';
import { PHASES } from '../ledger/operation.ts';
import type { Cycle, CycleProgress } from './cycle.ts';
import type { CycleKey } from './cycle-handle.ts';

interface ProgressRow {
  readonly objectsRead: number;
  readonly planned: number;
  readonly objects: number;
  readonly objectsSettled: number;
  readonly membersSettled: number;
}

const MEMBERS = PHASES.indexOf('members');

/** How far a cycle has come, from the database alone: any process can answer it. */
export async function readProgress(
  tx: Queryable,
  key: CycleKey,
  { stage }: Pick<Cycle, 'stage'>,
): Promise<CycleProgress> {
  const row = await countOperations(tx, key);
  switch (stage) {
    case 'import':
      return { stage, done: row.objectsRead };
    case 'plan':
    case 'guard':
      return { stage, done: row.planned };
    case 'apply':
      return { stage, done: row.objectsSettled, total: row.objects };
    case 'members':
      return { stage, done: row.membersSettled };
    case 'finished':
      return { stage, done: row.planned, total: row.planned };
  }
}

async function countOperations(tx: Queryable, { tenant, jobId, cycleId }: CycleKey): Promise<ProgressRow> {
  const { rows } = await tx.query<ProgressRow>(
    statement(sql`
      select c.objects_read as "objectsRead", o.* from cycle c, lateral (
        select count(*) as planned,
          count(*) filter (where phase < ${MEMBERS}) as objects,
          count(*) filter (where phase < ${MEMBERS} and state not in ('planned', 'sent')) as "objectsSettled",
          count(*) filter (where phase = ${MEMBERS} and state not in ('planned', 'sent')) as "membersSettled"
        from operation
        where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId}) o
      where c.tenant = ${tenant} and c.job_id = ${jobId} and c.id = ${cycleId}`),
  );
  const [row] = rows;
  if (row === undefined) throw new TypeError(`cycle ${cycleId} of job ${jobId} is not there`);
  return row;
}
