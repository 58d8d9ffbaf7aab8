import { type Database, DatabaseError, type Queryable, sql, statement } from '@rollcall/storage';
import { CycleRunningError, type CycleStage } from './cycle.ts';
import { CycleHandle, type CycleKey, type Position } from './cycle-handle.ts';

export interface OpenCycleInput {
  readonly database: Database;
  readonly tenant: string;
  readonly jobId: string;
  /** Id of the cycle, if a new one is begun. */
  readonly newCycleId: string;
  /** Who runs it: the process, then the run. */
  readonly owner: CycleOwner;
  readonly leaseMs: number;
  /** A cycle that began longer ago is given up instead of resumed: its plan is of another day. */
  readonly resumeWithinMs: number;
  /** No other process works on this database, so that a lease of an earlier one is void. */
  readonly soleProcess: boolean;
  readonly now: Date;
}

export interface CycleOwner {
  readonly processId: string;
  readonly runId: string;
}

/** A cycle that may be worked on: a new one, or one that was killed and goes on where it was. */
export interface OpenCycle {
  readonly handle: CycleHandle;
  readonly resumed: boolean;
  readonly stage: CycleStage;
  readonly position: Position;
  readonly readNumber: number | null;
  readonly sourceComplete: boolean | null;
  /** The greatest number in its ledger so far. */
  readonly lastNumber: number;
}

interface RunningRow {
  readonly id: string;
  readonly stage: CycleStage;
  readonly position: Position;
  readonly readNumber: number | null;
  readonly sourceComplete: boolean | null;
  readonly owner: string;
  readonly leased: boolean;
  readonly leaseUntil: Date;
  readonly startedAt: Date;
  readonly fence: number;
}

/**
 * Begins a job's next cycle, or takes over the one that was killed.
 *
 * @throws {CycleRunningError} the job's cycle is under way elsewhere
 */
export async function openCycle(input: OpenCycleInput): Promise<OpenCycle> {
  return orRunning(input.jobId, () =>
    input.database.transaction(async (tx) => {
      const running = await findRunning(tx, input);
      if (running === undefined) return begin(tx, input);
      refuseWhileLeased(running, input);
      if (input.now.getTime() - running.startedAt.getTime() <= input.resumeWithinMs)
        return takeOver(tx, input, running);
      await giveUp(tx, { ...input, cycleId: running.id }, input.now);
      return begin(tx, input);
    }),
  );
}

const UNIQUE_VIOLATION = '23505';

/**
 * Begins a job's next cycle and runs none of it: whoever takes interrupted cycles up takes this one too.
 *
 * @throws {CycleRunningError} the job has a cycle that has not ended, at work or waiting
 */
export async function beginCycle(input: Omit<OpenCycleInput, 'leaseMs'>): Promise<CycleKey> {
  const unleased = { ...input, leaseMs: 0 };
  return orRunning(input.jobId, () =>
    input.database.transaction(async (tx) => {
      const running = await findRunning(tx, unleased);
      if (running === undefined) return (await begin(tx, unleased)).handle.key;
      throw new CycleRunningError(`job ${input.jobId} has cycle ${running.id} under way: wait for its end`);
    }),
  );
}

/** Of two who begin at once, the index lets one through. */
async function orRunning<T>(jobId: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === UNIQUE_VIOLATION)) throw error;
    throw new CycleRunningError(`job ${jobId} has just begun a cycle elsewhere`, { cause: error });
  }
}

async function findRunning(tx: Queryable, { tenant, jobId }: OpenCycleInput): Promise<RunningRow | undefined> {
  const { rows } = await tx.query<RunningRow>(
    statement(sql`
      select id, stage, position, read_number as "readNumber", source_complete as "sourceComplete",
        lease_owner as owner, lease_until > now() as leased, lease_until as "leaseUntil",
        started_at as "startedAt", fence
      from cycle
      where tenant = ${tenant} and job_id = ${jobId} and state = 'running'
      for update`),
  );
  return rows[0];
}

function refuseWhileLeased({ owner, leased, leaseUntil }: RunningRow, input: OpenCycleInput): void {
  const ofEarlierProcess = input.soleProcess && !owner.startsWith(`${input.owner.processId}:`);
  if (!leased || ofEarlierProcess) return;
  throw new CycleRunningError(
    `job ${input.jobId} has a cycle under way by ${owner}; its lease ends at ${leaseUntil.toISOString()} unless renewed`,
  );
}

async function begin(tx: Queryable, input: OpenCycleInput): Promise<OpenCycle> {
  const { tenant, jobId, newCycleId, now } = input;
  await tx.query(
    statement(sql`
      insert into cycle (tenant, job_id, id, kind, state, stage, lease_owner, lease_until, fence, started_at)
      select tenant, id, ${newCycleId}, case when initial_completed_at is null then 'initial' else 'incremental' end,
        'running', 'import', ${ownerText(input)}, now() + make_interval(secs => ${input.leaseMs / 1000}), 1, ${now}
      from job where tenant = ${tenant} and id = ${jobId}`),
  );
  return {
    handle: handleOf(input, newCycleId, 1),
    resumed: false,
    stage: 'import',
    position: null,
    readNumber: null,
    sourceComplete: null,
    lastNumber: 0,
  };
}

async function takeOver(tx: Queryable, input: OpenCycleInput, running: RunningRow): Promise<OpenCycle> {
  const key = { tenant: input.tenant, jobId: input.jobId, cycleId: running.id };
  const fence = running.fence + 1;
  await tx.query(
    statement(sql`
      update cycle set fence = ${fence}, lease_owner = ${ownerText(input)},
        lease_until = now() + make_interval(secs => ${input.leaseMs / 1000})
      where tenant = ${key.tenant} and job_id = ${key.jobId} and id = ${key.cycleId}`),
  );
  await tx.query(markUncertain(key));
  const { stage, position, readNumber, sourceComplete } = running;
  return {
    handle: handleOf(input, running.id, fence),
    resumed: true,
    stage,
    position,
    readNumber,
    sourceComplete,
    lastNumber: await lastNumberOf(tx, key),
  };
}

/** Sent and unanswered: whether the target did it is for a read to say (P9). */
function markUncertain({ tenant, jobId, cycleId }: CycleKey) {
  return statement(sql`
    update operation set state = 'planned', uncertain = true
    where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId} and state = 'sent'`);
}

async function lastNumberOf(tx: Queryable, { tenant, jobId, cycleId }: CycleKey): Promise<number> {
  const { rows } = await tx.query<{ last: number }>(
    statement(sql`
      select coalesce(max(number), 0) as last from operation
      where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId}`),
  );
  return rows[0]?.last ?? 0;
}

async function giveUp(tx: Queryable, key: CycleKey, now: Date): Promise<void> {
  const reason = 'it was interrupted and not taken up in time; the next cycle plans anew';
  await endCycle(tx, key, { state: 'failed', error: reason, now });
}

export interface CycleEnd {
  readonly state: 'completed' | 'held' | 'failed';
  readonly error: string | null;
  readonly now: Date;
}

/**
 * Ends a cycle: what it never sent is cancelled, what it sent without storing an answer stays unknown, and the
 * seen ids of an unclosed read are let go.
 */
export async function endCycle(tx: Queryable, key: CycleKey, end: CycleEnd): Promise<void> {
  await tx.query(closeOperations(key));
  await tx.query(forgetSeenIds(key));
  await tx.query(closeCycle(key, end));
}

const UNKNOWN_DETAIL = 'it was sent and no answer was stored; the next cycle reads what the target has';

function closeOperations({ tenant, jobId, cycleId }: CycleKey) {
  return statement(sql`
    update operation set
      state = case when state = 'planned' and not uncertain then 'cancelled' else 'failed' end,
      error_code = case when state = 'planned' and not uncertain then null else 'OutcomeUnknown' end,
      detail = case when state = 'planned' and not uncertain then null else ${UNKNOWN_DETAIL} end
    where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId} and state in ('planned', 'sent')`);
}

function forgetSeenIds({ tenant, jobId, cycleId }: CycleKey) {
  return statement(sql`
    delete from source_read_page p using cycle c, job j
    where c.tenant = ${tenant} and c.job_id = ${jobId} and c.id = ${cycleId}
      and j.tenant = c.tenant and j.id = c.job_id
      and p.tenant = c.tenant and p.source_id = j.source_id and p.read_number = c.read_number`);
}

function closeCycle({ tenant, jobId, cycleId }: CycleKey, { state, error, now }: CycleEnd) {
  return statement(sql`
    update cycle set state = ${state}, error = ${error}, finished_at = ${now}, stage = 'finished', position = null
    where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`);
}

function handleOf(input: OpenCycleInput, cycleId: string, fence: number): CycleHandle {
  const { database, tenant, jobId, leaseMs } = input;
  return new CycleHandle({ database, tenant, jobId, cycleId, fence, leaseMs });
}

const ownerText = ({ owner }: OpenCycleInput): string => `${owner.processId}:${owner.runId}`;
