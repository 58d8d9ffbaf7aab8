import type { Completeness, Source } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import { abandonRead } from '../import/close-read.ts';
import { importSource, type PageCounts } from '../import/import-source.ts';
import type { ReadKey } from '../import/read-key.ts';
import type { CycleKey } from './cycle-handle.ts';
import type { CycleRun } from './cycle-run.ts';

/** Objects of the source that are stored in one transaction. */
const SOURCE_PAGE_SIZE = 500;

/**
 * Reads the whole source into the engine's tables, and notes whether that was everything.
 *
 * A read that was interrupted begins again: `earlierRead` is its number.
 *
 * @throws {SourceError} the source cannot be read as it is
 */
export async function importStage(run: CycleRun, source: Source, earlierRead: number | null): Promise<Completeness> {
  const { handle, clock, signal } = run;
  const key = await beginRead(run, earlierRead);
  let read = 0;
  return importSource({
    database: handle.database,
    source,
    key,
    clock,
    pageSize: SOURCE_PAGE_SIZE,
    signal,
    onPage: async (tx, counts) => {
      await handle.renew(tx);
      await countRead(tx, handle.key, counts);
    },
    onStored: ({ objects }) => {
      read += objects;
      run.report({ stage: 'import', done: read });
    },
    onEnd: async (tx, completeness) => {
      await handle.renew(tx);
      await noteCompleteness(tx, handle.key, completeness);
      await handle.advance(tx, 'plan');
    },
  });
}

async function beginRead({ handle, job }: CycleRun, earlierRead: number | null): Promise<ReadKey> {
  const source = { tenant: job.tenant, sourceId: job.sourceId };
  return handle.write(async (tx) => {
    if (earlierRead !== null) await abandonRead(tx, { ...source, readNumber: earlierRead });
    return { ...source, readNumber: await numberRead(tx, handle.key, job.sourceId) };
  });
}

/** Gives a read its number; counts of an earlier attempt of the same cycle start again. */
async function numberRead(tx: Queryable, { tenant, jobId, cycleId }: CycleKey, sourceId: string): Promise<number> {
  const { rows } = await tx.query<{ number: number }>(
    statement(sql`
      with numbered as (
        update source set last_read = last_read + 1
        where tenant = ${tenant} and id = ${sourceId}
        returning last_read
      )
      update cycle set read_number = numbered.last_read, objects_read = 0, objects_refused = 0
      from numbered
      where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}
      returning numbered.last_read as number`),
  );
  const [row] = rows;
  if (row === undefined) throw new TypeError(`source ${sourceId} of cycle ${cycleId} is not there`);
  return row.number;
}

async function countRead(tx: Queryable, { tenant, jobId, cycleId }: CycleKey, counts: PageCounts): Promise<void> {
  await tx.query(
    statement(
      sql`
        update cycle set objects_read = objects_read + ${counts.objects},
          objects_refused = objects_refused + ${counts.refused.length}
        where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`,
    ),
  );
}

async function noteCompleteness(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  completeness: Completeness,
): Promise<void> {
  const evidence = completeness.complete ? completeness.evidence : completeness.reason;
  await tx.query(
    statement(sql`
      update cycle set source_complete = ${completeness.complete}, source_evidence = ${evidence}
      where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`),
  );
}
