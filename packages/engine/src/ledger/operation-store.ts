import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from '../cycle/cycle-handle.ts';
import {
  type Operation,
  type OperationDraft,
  type OperationFailure,
  type OperationKind,
  PHASES,
  type Phase,
  phaseOf,
} from './operation.ts';

/** An operation that this process may send now. */
export interface ClaimedOperation extends Operation {
  /** An earlier run had sent it and never stored an answer. */
  readonly uncertain: boolean;
}

/** Gives the operations of one cycle their numbers; one planner at a time, so counting is enough. */
export class OperationNumbers {
  #last: number;

  constructor(last: number) {
    this.#last = last;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/** Commits the intent: operations that stand here were not sent, and will be known when they are. */
export async function insertOperations(
  tx: Queryable,
  key: CycleKey,
  drafts: readonly OperationDraft[],
  numbers: OperationNumbers,
  now: Date,
): Promise<void> {
  if (drafts.length === 0) return;
  await insertRows(
    tx,
    key,
    drafts.map((draft) => plannedRow(draft, numbers)),
    now,
  );
}

/** Commits objects that failed before anything could be sent. */
export async function insertFailures(
  tx: Queryable,
  key: CycleKey,
  failures: readonly { readonly draft: OperationDraft; readonly failure: OperationFailure }[],
  numbers: OperationNumbers,
  now: Date,
): Promise<void> {
  if (failures.length === 0) return;
  const rows = failures.map(({ draft, failure }) => ({
    ...plannedRow({ ...draft, claim: null }, numbers),
    state: 'failed',
    error_code: failure.code,
    status: failure.status ?? null,
    detail: failure.detail,
  }));
  await insertRows(tx, key, rows, now);
}

function plannedRow(draft: OperationDraft, numbers: OperationNumbers): Record<string, unknown> {
  return {
    number: numbers.next(),
    phase: PHASES.indexOf(phaseOf(draft)),
    kind: draft.kind,
    object_type: draft.objectType,
    source_object_id: draft.sourceObjectId,
    target_id: draft.targetId,
    request: draft.request,
    matched_by: draft.matchedBy,
    claim: draft.claim,
    before: draft.before,
    sent: draft.sent,
    link_state: draft.linkState,
    members: draft.members,
    state: 'planned',
  };
}

async function insertRows(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  rows: readonly Record<string, unknown>[],
  now: Date,
): Promise<void> {
  await tx.query(
    statement(
      sql`
        insert into operation (tenant, job_id, cycle_id, number, phase, kind, object_type, source_object_id, target_id,
          request, matched_by, claim, before, sent, link_state, members, state, error_code, status, detail, planned_at)
        select ${tenant}, ${jobId}, ${cycleId}, number, phase, kind, object_type, source_object_id, target_id,
          request, matched_by, claim, before, sent, link_state, members, state, error_code, status, detail, ${now}
        from json_to_recordset(${JSON.stringify(rows)}::json) as r(
          number bigint, phase smallint, kind text, object_type text, source_object_id text, target_id text,
          request json, matched_by json, claim text, before json, sent json, link_state text, members json,
          state text, error_code text, status smallint, detail text)`,
    ),
  );
}

/**
 * Takes the next planned operations of a wave and commits that they are being sent.
 *
 * Bounded by numbers on both sides: whichever index the planner takes, it reads no row that an earlier claim took.
 */
export async function claimOperations(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  phase: Phase,
  limit: number,
  now: Date,
): Promise<readonly ClaimedOperation[]> {
  const { rows } = await tx.query<ClaimedOperation>(
    statement(sql`
      with next as (
        select min(number) as first, max(number) as last
        from (
          select number from operation
          where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId}
            and phase = ${PHASES.indexOf(phase)} and state = 'planned'
          order by number
          limit ${limit}) n
      )
      update operation set state = 'sent', sent_at = ${now}
      where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId}
        and phase = ${PHASES.indexOf(phase)} and state = 'planned'
        and number between (select first from next) and (select last from next)
      returning number, ${phase} as phase, kind, object_type as "objectType", source_object_id as "sourceObjectId",
        target_id as "targetId", request, matched_by as "matchedBy", claim, before, sent, link_state as "linkState",
        members, uncertain`),
  );
  return rows.toSorted((a, b) => a.number - b.number);
}

/** Undoes claims of operations that were not sent after all. */
export async function unclaimOperations(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  numbers: readonly number[],
): Promise<void> {
  await tx.query(
    statement(sql`
      update operation set state = 'planned', sent_at = null
      where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId} and state = 'sent'
        and number = any(${numbers}::bigint[])`),
  );
}

/** How many operations of each kind a cycle has planned. */
export async function countPlanned(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
): Promise<ReadonlyMap<OperationKind, number>> {
  const { rows } = await tx.query<{ kind: OperationKind; count: number }>(
    statement(sql`
      select kind, count(*) as count from operation
      where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId} and state = 'planned'
      group by kind`),
  );
  return new Map(rows.map(({ kind, count }) => [kind, count]));
}

/** Claims that other objects hold already: by a link, or in this cycle. */
export async function findClaimed(
  tx: Queryable,
  { tenant, jobId, cycleId }: CycleKey,
  objectType: string,
  claims: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (claims.length === 0) return new Map();
  const { rows } = await tx.query<{ claim: string; owner: string }>(
    statement(
      sql`
        select 'id:' || target_id as claim, source_object_id as owner from link
        where tenant = ${tenant} and job_id = ${jobId} and object_type = ${objectType}
          and target_id in (select substr(c, 4) from unnest(${claims}::text[]) as c where c like 'id:%')
        union all
        select claim, source_object_id from operation
        where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId} and object_type = ${objectType}
          and claim = any(${claims}::text[])`,
    ),
  );
  return new Map(rows.map(({ claim, owner }) => [claim, owner]));
}
