import type { JsonObject, Member, MemberDelta } from '@rollcall/scim';
import { crashpoint, type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import type { ChangeValues } from '../history/change-record.ts';
import { applyDeltas } from '../members/apply-deltas.ts';
import { insertResource, type NewResource } from './insert.ts';
import { type ResourceRow, rowColumns } from './row.ts';
import type { StoredForm } from './stored-form.ts';

/** Inserts a group with its first members, inside a transaction. */
export async function insertGroup(
  tx: Queryable,
  context: RequestContext,
  made: NewResource,
  members: readonly Member[],
): Promise<ResourceRow> {
  await insertResource(tx, context, made);
  crashpoint('mid-transaction');
  const historyId = await lastHistoryId(tx, context.tenant, made.id);
  await applyDeltas(tx, context, { groupId: made.id, historyId }, [{ kind: 'add', members }]);
  const { now } = context;
  return {
    id: made.id,
    type: made.type.name,
    version: 1,
    created: now,
    modified: now,
    data: made.form.data,
    groups: null,
    nested: false,
  };
}

async function lastHistoryId(tx: Queryable, tenant: string, resourceId: string): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    statement(sql`SELECT max(id) AS id FROM history WHERE tenant = ${tenant} AND resource_id = ${resourceId}`),
  );
  return rows[0]?.id ?? 0;
}

export interface GroupChange {
  /** Undefined when only members change. */
  readonly values: ChangeValues | undefined;
  readonly form: StoredForm;
  readonly deltas: readonly MemberDelta[];
}

/**
 * Changes a group's attributes and members as one unit, inside a transaction that holds its row. When in
 * the end nothing is different, nothing is written: the version stays.
 */
export async function changeGroup(
  tx: Queryable,
  context: RequestContext,
  row: ResourceRow,
  change: GroupChange,
): Promise<ResourceRow> {
  const historyId = await openHistory(tx, context, row, change.values);
  const moved = await applyDeltas(tx, context, { groupId: row.id, historyId }, change.deltas);
  crashpoint('mid-transaction');
  if (moved === 0 && !change.values) {
    await dropHistory(tx, context.tenant, historyId);
    return row;
  }
  await publish(tx, context, { historyId, groupId: row.id, event: change.values ? 'group.updated' : 'group.members' });
  return writeGroup(tx, context, row, change.form);
}

async function openHistory(
  tx: Queryable,
  context: RequestContext,
  row: ResourceRow,
  values: ChangeValues | undefined,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    statement(sql`INSERT INTO history (tenant, resource_id, resource_type, action, version, before, after, actor, request_id, at)
      VALUES (${context.tenant}, ${row.id}, ${row.type}, ${values ? 'updated' : 'members'}, ${row.version + 1},
        ${json(values?.before)}, ${json(values?.after)}, ${context.actor}, ${context.requestId}, ${context.now})
      RETURNING id`),
  );
  const [made] = rows;
  if (!made) throw new TypeError('INSERT … RETURNING gave no row');
  return made.id;
}

const json = (value: JsonObject | null | undefined): string | null => (value ? JSON.stringify(value) : null);

async function dropHistory(tx: Queryable, tenant: string, historyId: number): Promise<void> {
  await tx.query(statement(sql`DELETE FROM history WHERE tenant = ${tenant} AND id = ${historyId}`));
}

async function publish(
  tx: Queryable,
  context: RequestContext,
  event: { readonly historyId: number; readonly groupId: string; readonly event: string },
): Promise<void> {
  await tx.query(
    statement(sql`INSERT INTO outbox (tenant, history_id, event, resource_id, at)
      VALUES (${context.tenant}, ${event.historyId}, ${event.event}, ${event.groupId}, ${context.now})`),
  );
}

async function writeGroup(
  tx: Queryable,
  context: RequestContext,
  row: ResourceRow,
  form: StoredForm,
): Promise<ResourceRow> {
  const { rows } = await tx.query<ResourceRow>(
    statement(
      sql`UPDATE resource r SET version = version + 1, external_id = ${form.externalId}, display_name = ${form.displayName},
          unique_name = ${form.uniqueName}, label = ${form.label}, data = ${form.data}, search = ${form.search},
          modified = greatest(modified, ${context.now}::timestamptz)
        WHERE r.tenant = ${context.tenant} AND r.id = ${row.id}
        RETURNING ${rowColumns({ type: 'Group', baseUrl: context.baseUrl, withGroups: false })}`,
      'group-write',
    ),
  );
  const [written] = rows;
  if (!written) throw new TypeError('the locked row is gone');
  return written;
}
