import { InvalidValueError, type Member, type MemberDelta } from '@rollcall/scim';
import { type Fragment, type Queryable, raw, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { compileElement } from '../filter-sql/compile.ts';
import { memberElement } from '../filter-sql/elements.ts';
import { checkIndexed } from '../resources/indexed-text.ts';
import { isUuid } from '../resources/uuid.ts';
import { unknownMembers } from './quick-change.ts';

/** The group whose members change, and the history row that lists who came and went. */
export interface MemberTarget {
  readonly groupId: string;
  readonly historyId: number;
}

/**
 * Applies member deltas in their order, inside a transaction that holds the group's row. Returns how many
 * memberships changed. No member is read into memory: what goes is written to the history by the statement
 * that deletes it.
 *
 * @throws {InvalidValueError} an id is nobody's and policy refuses that, or a group would contain itself
 * @throws {TooManyRequestsError} the token removes members faster than policy allows
 */
export async function applyDeltas(
  tx: Queryable,
  context: RequestContext,
  target: MemberTarget,
  deltas: readonly MemberDelta[],
): Promise<number> {
  let changed = 0;
  for (const delta of deltas) changed += await applyDelta(tx, context, target, delta);
  return changed;
}

function applyDelta(tx: Queryable, context: RequestContext, target: MemberTarget, delta: MemberDelta): Promise<number> {
  switch (delta.kind) {
    case 'add':
      return add(tx, context, target, delta.members);
    case 'remove':
      return removeIds(tx, context, target, delta.ids);
    case 'removeWhere': {
      const condition = compileElement(delta.filter);
      return remove(tx, context, target, {
        member: sql`EXISTS (SELECT 1 FROM ${memberElement(context.baseUrl)} AS e(v) WHERE ${condition})`,
        unresolved: sql`EXISTS (SELECT 1 FROM (SELECT jsonb_build_object('value', u.value)) AS e(v) WHERE ${condition})`,
      });
    }
    case 'removeAll':
      return remove(tx, context, target, { member: raw('TRUE'), unresolved: raw('TRUE') });
    case 'replaceAll':
      return replaceAll(tx, context, target, delta.members);
  }
}

async function replaceAll(
  tx: Queryable,
  context: RequestContext,
  target: MemberTarget,
  members: readonly Member[],
): Promise<number> {
  const ids = members.map(({ value }) => value);
  const removed = await remove(tx, context, target, {
    member: sql`m.member_id <> ALL(${ids.filter(isUuid)}::uuid[])`,
    unresolved: sql`u.value <> ALL(${ids}::text[])`,
  });
  return removed + (await add(tx, context, target, members));
}

function removeIds(
  tx: Queryable,
  context: RequestContext,
  target: MemberTarget,
  ids: readonly string[],
): Promise<number> {
  return remove(tx, context, target, {
    member: sql`m.member_id = ANY(${ids.filter(isUuid)}::uuid[])`,
    unresolved: sql`u.value = ANY(${ids}::text[])`,
  });
}

async function remove(
  tx: Queryable,
  context: RequestContext,
  { groupId, historyId }: MemberTarget,
  where: { readonly member: Fragment; readonly unresolved: Fragment },
): Promise<number> {
  const { tenant } = context;
  const { rows } = await tx.query<{ changed: number }>(
    statement(sql`WITH removed AS (
        DELETE FROM member m WHERE m.tenant = ${tenant} AND m.group_id = ${groupId} AND ${where.member}
        RETURNING m.member_id
      ), forgotten AS (
        DELETE FROM unresolved_member u WHERE u.tenant = ${tenant} AND u.group_id = ${groupId} AND ${where.unresolved}
        RETURNING u.value
      ), logged AS (
        INSERT INTO history_member (tenant, history_id, member_id, added)
        SELECT ${tenant}, ${historyId}::bigint, member_id, false FROM removed
        ON CONFLICT (tenant, history_id, member_id) DO UPDATE SET added = false
      )
      SELECT ((SELECT count(*) FROM removed) + (SELECT count(*) FROM forgotten))::integer AS changed`),
  );
  const changed = rows[0]?.changed ?? 0;
  if (changed > 0) context.removals?.require('memberRemovals');
  context.removals?.charge('memberRemovals', changed);
  return changed;
}

async function add(
  tx: Queryable,
  context: RequestContext,
  target: MemberTarget,
  members: readonly Member[],
): Promise<number> {
  const values = [...new Set(members.map(({ value }) => value))];
  const ids = values.filter(isUuid);
  const { rows } = await tx.query<{ id: string; type: string }>(
    statement(
      sql`SELECT id, type FROM resource WHERE tenant = ${context.tenant} AND id = ANY(${ids}::uuid[]) ORDER BY id`,
    ),
  );
  const known = new Set(rows.map(({ id }) => id));
  const unknown = values.filter((value) => !known.has(value));
  if (unknown.length > 0 && context.policy.unknownMembers === 'refuse') throw unknownMembers(unknown);
  const groups = rows.filter(({ type }) => type === 'Group').map(({ id }) => id);
  if (groups.length > 0) await refuseCircle(tx, context.tenant, target.groupId, groups);
  const added = await insertMembers(tx, context.tenant, target, rows);
  return added + (await keepUnresolved(tx, context.tenant, target.groupId, unknown));
}

async function insertMembers(
  tx: Queryable,
  tenant: string,
  { groupId, historyId }: MemberTarget,
  members: readonly { readonly id: string; readonly type: string }[],
): Promise<number> {
  const { rows } = await tx.query<{ changed: number }>(
    statement(sql`WITH inserted AS (
        INSERT INTO member (tenant, group_id, member_id, member_type)
        SELECT ${tenant}, ${groupId}::uuid, x.id, x.type
        FROM unnest(${members.map(({ id }) => id)}::uuid[], ${members.map(({ type }) => type)}::text[]) AS x(id, type)
        ON CONFLICT DO NOTHING
        RETURNING member_id
      ), logged AS (
        INSERT INTO history_member (tenant, history_id, member_id, added)
        SELECT ${tenant}, ${historyId}::bigint, member_id, true FROM inserted
        ON CONFLICT (tenant, history_id, member_id) DO UPDATE SET added = true
      )
      SELECT count(*)::integer AS changed FROM inserted`),
  );
  return rows[0]?.changed ?? 0;
}

async function keepUnresolved(
  tx: Queryable,
  tenant: string,
  groupId: string,
  values: readonly string[],
): Promise<number> {
  if (values.length === 0) return 0;
  for (const value of values) checkIndexed(value, 'members.value');
  const { rowCount } = await tx.query(
    statement(sql`INSERT INTO unresolved_member (tenant, group_id, value)
      SELECT ${tenant}, ${groupId}::uuid, value FROM unnest(${values}::text[]) AS x(value)
      ON CONFLICT DO NOTHING`),
  );
  return rowCount;
}

/**
 * Refuses a group as a member of itself, directly or through others. Two groups that are put into each
 * other at the same moment would each see no circle, so that changes of this kind in one tenant wait for
 * each other.
 */
async function refuseCircle(tx: Queryable, tenant: string, groupId: string, members: readonly string[]): Promise<void> {
  await tx.query(statement(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`nested-groups:${tenant}`}, 0))`));
  const { rows } = await tx.query<{ id: string }>(
    statement(sql`WITH RECURSIVE inside(id) AS (
        SELECT unnest(${members}::uuid[])
        UNION
        SELECT m.member_id FROM inside JOIN member m ON m.tenant = ${tenant} AND m.group_id = inside.id AND m.member_type = 'Group'
      )
      SELECT id FROM inside WHERE id = ${groupId} LIMIT 1`),
  );
  if (rows.length === 0) return;
  throw new InvalidValueError(
    `members.value: the group "${groupId}" would contain itself through "${members[0]}". Leave out the group that closes the circle.`,
  );
}
