import { type Source, SourceError } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import { applyPhase } from '../apply/apply-phase.ts';
import { releaseRecovered } from '../escrow/escrow-store.ts';
import { judgePlan, type PlanCounts, type Verdict } from '../guard/guard.ts';
import { PHASES, type Phase } from '../ledger/operation.ts';
import { countPlanned } from '../ledger/operation-store.ts';
import { memberPosition, planMembers } from '../plan/plan-members.ts';
import { planObjects } from '../plan/plan-objects.ts';
import { countMembersToRemove } from '../plan/read-members.ts';
import { CycleFailedError, type CycleStage } from './cycle.ts';
import type { CycleRun } from './cycle-run.ts';
import { addRequests } from './cycle-store.ts';
import { importStage } from './import-stage.ts';
import { type CycleEnd, endCycle, type OpenCycle } from './open-cycle.ts';

const OBJECT_PHASES: readonly Phase[] = PHASES.filter((phase) => phase !== 'members');

/** How far a cycle has come; every stage leaves it further. */
interface Progress {
  stage: CycleStage;
  position: OpenCycle['position'];
  sourceComplete: boolean;
}

/**
 * Runs an opened cycle to its end, from the stage and position where it stands.
 *
 * A cycle that cannot go on for a reason outside the engine ends as failed. One that is interrupted stays as
 * it is, and the next run goes on with it.
 */
export async function runStages(run: CycleRun, opened: OpenCycle, source: Source): Promise<void> {
  const progress: Progress = {
    stage: opened.stage,
    position: opened.position,
    sourceComplete: opened.sourceComplete ?? false,
  };
  try {
    const verdict = await runUntilGuard(run, opened, source, progress);
    if (verdict.held) return await end(run, { state: 'held', error: verdict.reasons.join('; ') });
    await applyObjects(run, progress);
    await applyMembers(run, progress);
    await end(run, { state: 'completed', error: null });
  } catch (error) {
    if (!(error instanceof CycleFailedError || error instanceof SourceError)) throw error;
    await end(run, { state: 'failed', error: error.message });
  }
}

async function runUntilGuard(run: CycleRun, opened: OpenCycle, source: Source, progress: Progress): Promise<Verdict> {
  if (progress.stage === 'import') {
    progress.sourceComplete = (await importStage(run, source, opened.readNumber)).complete;
    enter(progress, 'plan');
  }
  if (progress.stage === 'plan') {
    await planObjects(run, progress.position, progress.sourceComplete);
    await advance(run, 'guard');
    enter(progress, 'guard');
  }
  if (progress.stage !== 'guard') return { held: false };
  const verdict = judgePlan(await countPlan(run, progress.sourceComplete), run.job.settings.limits);
  if (verdict.held) return verdict;
  await advance(run, 'apply');
  enter(progress, 'apply');
  return verdict;
}

function enter(progress: Progress, stage: CycleStage): void {
  progress.stage = stage;
  progress.position = null;
}

async function advance({ handle }: CycleRun, stage: CycleStage): Promise<void> {
  await handle.write(async (tx) => handle.advance(tx, stage));
}

/** Everything that the plan would do, removals of members included, before anything is sent. */
async function countPlan({ handle, job, schema }: CycleRun, sourceComplete: boolean): Promise<PlanCounts> {
  const planned = await countPlanned(handle.database, handle.key);
  const isLimited = job.settings.limits.removeMembers !== undefined;
  const removes = isLimited && sourceComplete && schema.mappings.get('Group')?.members === true;
  const query = { tenant: job.tenant, sourceId: job.sourceId, jobId: job.id };
  const count = (kind: keyof PlanCounts): number => planned.get(kind) ?? 0;
  return {
    create: count('create'),
    update: count('update'),
    disable: count('disable'),
    enable: count('enable'),
    delete: count('delete'),
    link: count('link'),
    release: count('release'),
    addMembers: 0,
    removeMembers: removes ? await countMembersToRemove(handle.database, query) : 0,
  };
}

async function applyObjects(run: CycleRun, progress: Progress): Promise<void> {
  if (progress.stage !== 'apply') return;
  const total = [...(await countPlanned(run.handle.database, run.handle.key)).values()].reduce((a, b) => a + b, 0);
  let done = 0;
  for (const phase of OBJECT_PHASES) {
    await applyPhase(run, phase, (count) => {
      done += count;
      run.report({ stage: 'apply', done, total });
    });
  }
  await advance(run, 'members');
  enter(progress, 'members');
}

/** The second wave: page by page, planned and sent, so that a group of any size needs one page of memory. */
async function applyMembers(run: CycleRun, progress: Progress): Promise<void> {
  if (progress.stage !== 'members' || run.schema.mappings.get('Group')?.members !== true) return;
  let done = 0;
  const send = (): Promise<void> =>
    applyPhase(run, 'members', (count) => {
      done += count;
      run.report({ stage: 'members', done });
    });
  await send();
  let next = memberPosition(progress.position, progress.sourceComplete);
  while (next !== undefined) {
    next = await planMembers(run, next);
    await send();
  }
}

async function end(run: CycleRun, { state, error }: Omit<CycleEnd, 'now'>): Promise<void> {
  const { handle, job, clock, target } = run;
  const now = clock.now();
  await handle.write(async (tx) => {
    if (state === 'completed') {
      await releaseRecovered(tx, handle.key);
      await markInitialCompleted(tx, job.tenant, job.id, now);
    }
    await addRequests(tx, handle.key, target.requests);
    await endCycle(tx, handle.key, { state, error, now });
  });
  run.report({ stage: 'finished', done: 0 });
}

async function markInitialCompleted(tx: Queryable, tenant: string, jobId: string, now: Date): Promise<void> {
  await tx.query(
    statement(sql`
      update job set initial_completed_at = coalesce(initial_completed_at, ${now})
      where tenant = ${tenant} and id = ${jobId}`),
  );
}
