import { InvalidValueError, NotFoundError } from '@rollcall/scim';
import { type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { recordChange } from '../history/change-record.ts';
import { bumpGroups } from '../resources/revision.ts';
import { isUuid } from '../resources/uuid.ts';

/** What became of an attempt to change members without a transaction of several statements. */
export type QuickResult =
  /** `changed` members were added or removed; none means that nothing at all was written. */
  | { readonly kind: 'done'; readonly changed: number }
  /** The change needs the group's lock: a group among the members, or an id to keep unresolved. */
  | { readonly kind: 'needsLock' };

interface AddRow {
  readonly group_exists: boolean;
  readonly known: number;
  readonly groups: number;
  readonly changed: number;
}

/**
 * Adds users to a group in one statement: rows for those who are not in it yet, the group's new version,
 * history and event. The group's row is only shared, never written: parallel changes of one group wait for
 * nobody, while who holds its lock (`If-Match`, a rename) sees none of them half done. Nobody new means that nothing is written. An unknown id means that nothing is written
 * either, and is refused.
 *
 * @throws {NotFoundError} there is no such group
 * @throws {InvalidValueError} an id is nobody's
 */
export async function addUsers(
  db: Queryable,
  context: RequestContext,
  groupId: string,
  ids: readonly string[],
): Promise<QuickResult> {
  const wanted = [...new Set(ids)];
  if (!wanted.every(isUuid)) return { kind: 'needsLock' };
  const { rows } = await db.query<AddRow>(
    statement(
      sql`WITH target AS (
        SELECT tenant, id FROM resource WHERE tenant = ${context.tenant} AND id = ${groupId} AND type = 'Group' FOR KEY SHARE
      ), known AS (
        SELECT x.id, x.type FROM resource x WHERE x.tenant = ${context.tenant} AND x.id = ANY(${wanted}::uuid[])
      ), inserted AS (
        INSERT INTO member (tenant, group_id, member_id, member_type)
        SELECT t.tenant, t.id, k.id, 'User' FROM target t, known k
        WHERE (SELECT count(*) FROM known WHERE type = 'User') = ${wanted.length}::integer
        ORDER BY k.id
        ON CONFLICT DO NOTHING
        RETURNING member_id
      ), ${bumpGroups(sql`SELECT tenant, id FROM target WHERE EXISTS (SELECT FROM inserted)`, context.now)}, ${recordChange(context, { changed: 'bumped', action: 'members', before: null, after: null })}, added AS (
        INSERT INTO history_member (tenant, history_id, member_id, added)
        SELECT l.tenant, l.id, i.member_id, true FROM logged l, inserted i
      )
      SELECT EXISTS (SELECT FROM target) AS group_exists,
        (SELECT count(*) FROM known)::integer AS known,
        (SELECT count(*) FROM known WHERE type <> 'User')::integer AS groups,
        (SELECT count(*) FROM inserted)::integer AS changed`,
      'members-add',
    ),
  );
  const [row] = rows;
  if (!row?.group_exists) throw new NotFoundError(`There is no Group with the id "${groupId}".`);
  if (row.known < wanted.length || row.groups > 0) return { kind: 'needsLock' };
  return { kind: 'done', changed: row.changed };
}

interface RemoveRow {
  readonly group_exists: boolean;
  readonly changed: number;
}

/**
 * Removes members from a group in one statement. Somebody who is not in it is no error and changes nothing.
 *
 * @throws {NotFoundError} there is no such group
 * @throws {TooManyRequestsError} the token removes members faster than policy allows
 */
export async function removeMembers(
  db: Queryable,
  context: RequestContext,
  groupId: string,
  ids: readonly string[],
): Promise<QuickResult> {
  if (context.policy.unknownMembers === 'keep') return { kind: 'needsLock' };
  context.removals?.require('memberRemovals');
  const { rows } = await db.query<RemoveRow>(
    statement(
      sql`WITH target AS (
        SELECT tenant, id FROM resource WHERE tenant = ${context.tenant} AND id = ${groupId} AND type = 'Group' FOR KEY SHARE
      ), removed AS (
        DELETE FROM member m USING target t
        WHERE m.tenant = t.tenant AND m.group_id = t.id AND m.member_id = ANY(${ids.filter(isUuid)}::uuid[])
        RETURNING m.member_id
      ), ${bumpGroups(sql`SELECT tenant, id FROM target WHERE EXISTS (SELECT FROM removed)`, context.now)}, ${recordChange(context, { changed: 'bumped', action: 'members', before: null, after: null })}, gone AS (
        INSERT INTO history_member (tenant, history_id, member_id, added)
        SELECT l.tenant, l.id, x.member_id, false FROM logged l, removed x
      )
      SELECT EXISTS (SELECT FROM target) AS group_exists,
        (SELECT count(*) FROM removed)::integer AS changed`,
      'members-remove',
    ),
  );
  const [row] = rows;
  if (!row?.group_exists) throw new NotFoundError(`There is no Group with the id "${groupId}".`);
  context.removals?.charge('memberRemovals', row.changed);
  return { kind: 'done', changed: row.changed };
}

/** The refusal of member ids that no resource has; it names the first few. */
export function unknownMembers(ids: readonly string[]): InvalidValueError {
  const shown = ids.slice(0, 3).map((id) => `"${id.slice(0, 60)}"`);
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : '';
  return new InvalidValueError(
    `members.value: no user and no group of this tenant has the id ${shown.join(', ')}${more}. ` +
      'Create the member first, and send the id that its creation returned.',
  );
}
