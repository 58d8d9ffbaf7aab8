import { type Queryable, sql, statement } from '@rollcall/storage';
import type { OperationKind } from '../ledger/operation.ts';
import type { CycleCounts, MemberCounts, ObjectCounts } from './cycle.ts';
import type { CycleKey } from './cycle-handle.ts';

interface LedgerRow {
  readonly objectType: 'User' | 'Group';
  readonly kind: OperationKind;
  readonly state: 'done' | 'failed';
  readonly operations: number;
  readonly members: number;
}

interface CycleRow {
  readonly requests: number;
  readonly objectsRead: number;
  readonly objectsRefused: number;
  readonly objectsSkipped: number;
}

/** Counts what was done from the ledger alone. */
export async function countCycle(tx: Queryable, key: CycleKey): Promise<CycleCounts> {
  const [ledger, cycle] = [await readLedger(tx, key), await readCycle(tx, key)];
  return {
    users: objectCounts(ledger.filter(({ objectType }) => objectType === 'User')),
    groups: objectCounts(ledger.filter(({ objectType }) => objectType === 'Group')),
    members: memberCounts(ledger),
    ...cycle,
  };
}

async function readLedger(tx: Queryable, { tenant, jobId, cycleId }: CycleKey): Promise<readonly LedgerRow[]> {
  const { rows } = await tx.query<LedgerRow>(
    statement(sql`
      select object_type as "objectType", kind, state, count(*) as operations,
        coalesce(sum(json_array_length(members)), 0)::bigint as members
      from operation
      where tenant = ${tenant} and job_id = ${jobId} and cycle_id = ${cycleId}
        and state in ('done', 'failed') and outcome is distinct from 'split'
      group by object_type, kind, state`),
  );
  return rows;
}

async function readCycle(tx: Queryable, { tenant, jobId, cycleId }: CycleKey): Promise<CycleRow> {
  const { rows } = await tx.query<CycleRow>(
    statement(sql`
      select requests, objects_read as "objectsRead", objects_refused as "objectsRefused",
        objects_skipped as "objectsSkipped"
      from cycle where tenant = ${tenant} and job_id = ${jobId} and id = ${cycleId}`),
  );
  const [row] = rows;
  if (row === undefined) throw new TypeError(`cycle ${cycleId} of job ${jobId} is not there`);
  return row;
}

function objectCounts(rows: readonly LedgerRow[]): ObjectCounts {
  const done = (kind: OperationKind): number => sum(rows.filter((row) => row.state === 'done' && row.kind === kind));
  return {
    created: done('create'),
    updated: done('update'),
    disabled: done('disable'),
    enabled: done('enable'),
    deleted: done('delete'),
    linked: done('link'),
    released: done('release'),
    failed: sum(rows.filter(({ state, kind }) => state === 'failed' && !isMembers(kind))),
  };
}

function memberCounts(rows: readonly LedgerRow[]): MemberCounts {
  const members = (wanted: (row: LedgerRow) => boolean): number =>
    rows.filter(wanted).reduce((total, row) => total + row.members, 0);
  return {
    added: members(({ state, kind }) => state === 'done' && kind === 'addMembers'),
    removed: members(({ state, kind }) => state === 'done' && kind === 'removeMembers'),
    failed: members(({ state, kind }) => state === 'failed' && isMembers(kind)),
  };
}

const isMembers = (kind: OperationKind): boolean => kind === 'addMembers' || kind === 'removeMembers';

const sum = (rows: readonly LedgerRow[]): number => rows.reduce((total, row) => total + row.operations, 0);
