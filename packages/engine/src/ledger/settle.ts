import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from '../cycle/cycle-handle.ts';
import { escrowObjects } from '../escrow/escrow-store.ts';
import { findOwners, removeLinks, storeLinks } from './link-store.ts';
import { storeMembers } from './member-store.ts';
import type { OperationDraft, OperationFailure } from './operation.ts';
import { insertOperations, type OperationNumbers } from './operation-store.ts';
import { type SettledOperation, targetIdOf } from './settled-operation.ts';

/**
 * Stores what the target answered: the ledger's rows, the links and the acknowledged members, in one
 * transaction. Only from here on is anything known as done (P11).
 */
export async function settleOperations(
  tx: Queryable,
  key: CycleKey,
  batch: readonly SettledOperation[],
  numbers: OperationNumbers,
  now: Date,
): Promise<void> {
  if (batch.length === 0) return;
  const settled = await refuseTakenTargets(tx, key, batch);
  await tx.query(storeOutcomes(key, settled, now));
  const done = settled.filter(({ settlement }) => settlement.kind === 'done');
  await storeLinks(tx, key, done.filter(keepsLink), now);
  await storeMembers(tx, key, done);
  await removeLinks(tx, key, settled.filter(unlinks));
  await storeEscrow(tx, key, settled, now);
  await insertOperations(tx, key, settled.flatMap(partsOf), numbers, now);
}

const keepsLink = ({ operation }: SettledOperation): boolean =>
  operation.linkState === 'managed' || operation.linkState === 'unmanaged';

/** The object is gone at the target: by this operation, or found so by a read. */
function unlinks({ operation, settlement }: SettledOperation): boolean {
  if (settlement.kind === 'done') return operation.linkState === 'removed';
  return settlement.kind === 'failed' && settlement.unlink === true;
}

/** A target that answers with an id that belongs to another object must not take that object's link away. */
async function refuseTakenTargets(
  tx: Queryable,
  key: CycleKey,
  batch: readonly SettledOperation[],
): Promise<readonly SettledOperation[]> {
  const linking = batch.filter((each) => each.settlement.kind === 'done' && keepsLink(each));
  const owners = await findOwners(tx, key, linking);
  return batch.map((each) => {
    if (each.settlement.kind !== 'done' || !keepsLink(each)) return each;
    const { objectType, sourceObjectId } = each.operation;
    const targetId = targetIdOf(each);
    const place = `${objectType}:${targetId}`;
    const owner = owners.get(place) ?? sourceObjectId;
    owners.set(place, owner);
    if (targetId !== null && owner === sourceObjectId) return each;
    return { ...each, settlement: takenTarget(targetId, owner) };
  });
}

function takenTarget(targetId: string | null, owner: string): OperationFailure {
  const detail =
    targetId === null
      ? 'the target answered a create without an id: it cannot be addressed, so correct the target'
      : `the target answered with the id ${targetId}, which belongs to source object ${owner}: correct the target`;
  return { kind: 'failed', code: 'SystemForCrossDomainIdentityManagementServiceIncompatible', detail };
}

/** The bounds keep the look-up near the batch, also while the planner knows nothing of a new table. */
function storeOutcomes({ tenant, jobId, cycleId }: CycleKey, settled: readonly SettledOperation[], now: Date) {
  const numbers = settled.map(({ operation }) => operation.number);
  return statement(
    sql`
      update operation o set state = r.state, outcome = r.outcome, error_code = r.error_code, status = r.status,
        detail = r.detail, attempts = o.attempts + r.attempts, answered_at = ${now},
        target_id = coalesce(r.target_id, o.target_id)
      from jsonb_to_recordset(${JSON.stringify(settled.map(outcomeRow))}::jsonb) as r(number bigint, state text,
        outcome text, error_code text, status smallint, detail text, attempts integer, target_id text)
      where o.tenant = ${tenant} and o.job_id = ${jobId} and o.cycle_id = ${cycleId} and o.number = r.number
        and o.number between ${Math.min(...numbers)} and ${Math.max(...numbers)}`,
  );
}

function outcomeRow(each: SettledOperation): Record<string, unknown> {
  const { operation, settlement, attempts } = each;
  const common = { number: operation.number, attempts, status: settlement.status ?? null };
  if (settlement.kind === 'done') {
    return { ...common, state: 'done', outcome: settlement.outcome, target_id: targetIdOf(each) };
  }
  const code = settlement.kind === 'failed' ? settlement.code : 'UnprocessableEntity';
  return { ...common, state: 'failed', outcome: settlement.kind, error_code: code, detail: settlement.detail };
}

async function storeEscrow(
  tx: Queryable,
  key: CycleKey,
  settled: readonly SettledOperation[],
  now: Date,
): Promise<void> {
  const failures = settled.flatMap(({ operation, settlement }) =>
    settlement.kind === 'failed'
      ? [{ objectType: operation.objectType, sourceObjectId: operation.sourceObjectId, failure: settlement }]
      : [],
  );
  await escrowObjects(tx, key, failures, now);
}

const partsOf = ({ settlement }: SettledOperation): readonly OperationDraft[] =>
  settlement.kind === 'split' ? settlement.parts : [];
