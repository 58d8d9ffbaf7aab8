import type { SourceObjectType } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import { runLimited } from '../apply/run-limited.ts';
import { CycleFailedError } from '../cycle/cycle.ts';
import type { CycleKey, Position } from '../cycle/cycle-handle.ts';
import type { CycleRun } from '../cycle/cycle-run.ts';
import { escrowObjects } from '../escrow/escrow-store.ts';
import { takesAway } from '../guard/guard.ts';
import type { OperationDraft, OperationFailure } from '../ledger/operation.ts';
import { findClaimed, insertFailures, insertOperations } from '../ledger/operation-store.ts';
import { matchObject } from '../match/match-object.ts';
import { readScope } from '../scope/read-scope.ts';
import type { ScopedObject } from '../scope/scoped-object.ts';
import { type Decision, failedDraft, type PlanContext, planMatched, planObject, planUnmatched } from './plan-object.ts';

/** So many objects are read, mapped, matched and written into the ledger at a time. */
const PAGE_SIZE = 500;
const TYPES: readonly SourceObjectType[] = ['User', 'Group'];

interface PlanPosition {
  readonly type: SourceObjectType;
  readonly after: string;
}

/** A page's decisions, sorted by what is to be written. */
interface PlannedPage {
  readonly drafts: OperationDraft[];
  readonly failures: { readonly draft: OperationDraft; readonly failure: OperationFailure }[];
  skipped: number;
}

/**
 * Writes every operation on users and groups that the cycle intends into the ledger, page by page; after a
 * restart it goes on behind the last page that was written. Nothing is sent but look-ups.
 *
 * Without a complete source read nothing that takes away is planned (P7).
 */
export async function planObjects(run: CycleRun, position: Position, sourceComplete: boolean): Promise<void> {
  const from = position as PlanPosition | null;
  let planned = 0;
  for (const type of TYPES) {
    if (from !== null && TYPES.indexOf(type) < TYPES.indexOf(from.type)) continue;
    const context = contextOf(run, type);
    if (context === undefined) continue;
    let after: string | undefined = from?.type === type ? from.after : '';
    while (after !== undefined) {
      const objects: readonly ScopedObject[] = await readPage(run, type, after);
      await planPage(run, context, objects, sourceComplete);
      planned += objects.length;
      run.report({ stage: 'plan', done: planned });
      after = objects.length < PAGE_SIZE ? undefined : objects.at(-1)?.id;
    }
  }
}

function contextOf({ schema, target, job, evaluation }: CycleRun, type: SourceObjectType): PlanContext | undefined {
  const mapping = schema.mappings.get(type);
  if (mapping === undefined) return undefined;
  return { mapping, profile: target.profile, outOfScope: job.settings.outOfScope, evaluation };
}

function readPage({ handle, job }: CycleRun, type: SourceObjectType, after: string): Promise<readonly ScopedObject[]> {
  return readScope(handle.database, {
    tenant: job.tenant,
    sourceId: job.sourceId,
    jobId: job.id,
    applicationId: job.applicationId,
    scope: job.settings.scope,
    type,
    after,
    limit: PAGE_SIZE,
  });
}

async function planPage(
  run: CycleRun,
  context: PlanContext,
  objects: readonly ScopedObject[],
  sourceComplete: boolean,
): Promise<void> {
  const last = objects.at(-1);
  if (last === undefined) return;
  const decisions = await runLimited(objects, context.profile.concurrency, (object) => decide(run, context, object));
  const page = sortDecisions(objects, decisions, sourceComplete);
  const { handle, numbers, clock } = run;
  await handle.write(async (tx) => {
    await refuseTaken(tx, handle.key, last.type, page);
    const now = clock.now();
    await insertOperations(tx, handle.key, page.drafts, numbers, now);
    await insertFailures(tx, handle.key, page.failures, numbers, now);
    await escrowObjects(tx, handle.key, page.failures.map(escrowEntry), now);
    await countSkipped(tx, handle.key, page.skipped);
    await handle.advance(tx, 'plan', { type: last.type, after: last.id });
  });
}

/** The decision about one object, the target asked where it has to be. */
async function decide({ target }: CycleRun, context: PlanContext, object: ScopedObject): Promise<Decision> {
  const decision = planObject(object, context);
  if (decision.kind !== 'match') return decision;
  const { values, keys } = decision;
  const result = await matchObject(target, object.type, keys);
  switch (result.kind) {
    case 'found':
      return { kind: 'draft', draft: planMatched(object, values, result.object, context) };
    case 'none':
      return planUnmatched(object, values, keys, context);
    case 'failed':
      refuseCredentials(result.failure);
      return { kind: 'fail', attempted: 'create', failure: result.failure };
  }
}

/** Whom the target does not let in for one object it lets in for none. */
function refuseCredentials({ code, detail }: OperationFailure): void {
  if (code !== 'Unauthorized') return;
  throw new CycleFailedError(
    `the target refuses the secret token (${detail}): enter a valid one and test the connection`,
  );
}

function sortDecisions(
  objects: readonly ScopedObject[],
  decisions: readonly Decision[],
  sourceComplete: boolean,
): PlannedPage {
  const page: PlannedPage = { drafts: [], failures: [], skipped: 0 };
  objects.forEach((object, index) => {
    const decision = decisions[index];
    if (decision?.kind === 'fail') {
      page.failures.push({ draft: failedDraft(object, decision.attempted), failure: decision.failure });
    } else if (decision?.kind === 'draft' && (sourceComplete || !takesAway(decision.draft))) {
      page.drafts.push(decision.draft);
    } else {
      page.skipped += 1;
    }
  });
  return page;
}

/** One target object takes one source object: the first keeps it, every other is refused by name. */
async function refuseTaken(tx: Queryable, key: CycleKey, type: SourceObjectType, page: PlannedPage): Promise<void> {
  const claims = page.drafts.flatMap(({ claim }) => (claim === null ? [] : [claim]));
  const owners = new Map(await findClaimed(tx, key, type, claims));
  const drafts = page.drafts.splice(0);
  for (const draft of drafts) {
    const owner = draft.claim === null ? undefined : owners.get(draft.claim);
    if (owner !== undefined && owner !== draft.sourceObjectId) {
      page.failures.push({ draft, failure: takenBy(owner, draft) });
      continue;
    }
    if (draft.claim !== null) owners.set(draft.claim, draft.sourceObjectId);
    page.drafts.push(draft);
  }
}

function takenBy(owner: string, { claim }: OperationDraft): OperationFailure {
  return {
    kind: 'failed',
    code: 'DuplicateSourceEntries',
    detail: `source object ${owner} has the same target object (${claim}): give each its own matching value`,
  };
}

function escrowEntry({ draft, failure }: PlannedPage['failures'][number]) {
  return { objectType: draft.objectType, sourceObjectId: draft.sourceObjectId, failure };
}

async function countSkipped(tx: Queryable, { tenant, jobId, cycleId }: CycleKey, skipped: number): Promise<void> {
  await tx.query(
    statement(
      sql`
        update cycle set objects_skipped = objects_skipped + ${skipped}
        where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`,
    ),
  );
}
