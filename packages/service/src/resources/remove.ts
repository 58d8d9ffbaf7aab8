import { type Queryable, raw, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { recordChange } from '../history/change-record.ts';
import { countSlot } from './insert.ts';
import { bumpGroups } from './revision.ts';

export interface Removal {
  readonly id: string;
  readonly type: string;
  readonly expectedVersion: number;
}

/**
 * Deletes one version of a resource: its memberships go with it, the groups that lose a member get a new
 * version, and history keeps the document and the memberships. False means that the row has moved on or
 * is gone, and nothing was deleted. A group is deleted under its lock, so that its version is not asked again. The members of a deleted group are kept in its history too.
 */
export async function removeResource(db: Queryable, context: RequestContext, removal: Removal): Promise<boolean> {
  const { tenant, now, policy } = context;
  const purgeAfter = new Date(now.getTime() + policy.deletedRetentionDays * 86_400_000);
  const { rows } = await db.query<{ id: string }>(
    statement(
      sql`WITH gone AS (
        DELETE FROM resource
        WHERE tenant = ${tenant} AND id = ${removal.id} AND type = ${removal.type}
          AND (type = 'Group' OR version = ${removal.expectedVersion}::bigint)
        RETURNING tenant, id, type, ${removal.expectedVersion}::bigint AS version, label, data, created
      ), counted AS (
        UPDATE resource_count SET n = n - 1
        WHERE tenant = ${tenant} AND type = ${removal.type} AND slot = ${countSlot(removal.id)} AND EXISTS (SELECT FROM gone)
      ), left_groups AS (
        SELECT m.tenant, m.group_id FROM member m JOIN gone ON m.tenant = gone.tenant AND m.member_id = gone.id
      ), ${bumpGroups(raw('SELECT tenant, group_id FROM left_groups'), now)}, group_history AS (
        INSERT INTO history (tenant, resource_id, resource_type, action, version, actor, request_id, at)
        SELECT tenant, id, type, 'members', version, ${context.actor}::text, ${context.requestId}::text, ${now}::timestamptz FROM bumped
        RETURNING tenant, id, resource_id, at
      ), group_members AS (
        INSERT INTO history_member (tenant, history_id, member_id, added)
        SELECT tenant, id, ${removal.id}::uuid, false FROM group_history
      ), group_events AS (
        INSERT INTO outbox (tenant, history_id, event, resource_id, at)
        SELECT tenant, id, 'group.members', resource_id, at FROM group_history
      ), kept AS (
        INSERT INTO deleted_resource (tenant, id, type, label, data, group_ids, created, deleted_at, purge_after)
        SELECT tenant, id, type, label, data, ARRAY(SELECT group_id FROM left_groups), created, ${now}::timestamptz, ${purgeAfter}::timestamptz
        FROM gone WHERE ${policy.deletion}::text = 'soft'
      ), ${recordChange(context, { changed: 'gone', action: 'deleted', before: 'document', after: null })}
      , former_members AS (
        INSERT INTO history_member (tenant, history_id, member_id, added)
        SELECT l.tenant, l.id, m.member_id, false
        FROM logged l JOIN member m ON m.tenant = l.tenant AND m.group_id = l.resource_id
      )
      SELECT id FROM gone`,
      'resource-remove',
    ),
  );
  return rows.length === 1;
}
