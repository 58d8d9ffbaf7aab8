import { type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';

/**
 * Shares the groups that a resource is in, until the transaction ends: changes of single members go on, whoever
 * writes a group whole waits. Such a writer locks the group and then its members; who deletes a member has to
 * lock in the same order, or each waits for the other until the database ends one of them, a second later.
 */
export async function shareGroupsOf(tx: Queryable, { tenant }: RequestContext, memberId: string): Promise<void> {
  await tx.query(
    statement(
      sql`SELECT 1 FROM resource r
        WHERE r.tenant = ${tenant} AND r.id IN (SELECT m.group_id FROM member m WHERE m.tenant = ${tenant} AND m.member_id = ${memberId})
        ORDER BY r.id FOR KEY SHARE`,
      'member-share-groups',
    ),
  );
}

/**
 * Shares what is still free of those groups, without waiting, once the resource itself is locked. False when the
 * resource has joined a group meanwhile that somebody writes: to wait for it now would be the wrong order.
 */
export async function shareFreeGroupsOf(tx: Queryable, { tenant }: RequestContext, memberId: string): Promise<boolean> {
  const { rows } = await tx.query<{ all_shared: boolean }>(
    statement(
      sql`WITH joined AS (
        SELECT m.group_id FROM member m WHERE m.tenant = ${tenant} AND m.member_id = ${memberId}
      ), shared AS (
        SELECT r.id FROM resource r WHERE r.tenant = ${tenant} AND r.id IN (SELECT group_id FROM joined)
        FOR KEY SHARE SKIP LOCKED
      )
      SELECT (SELECT count(*) FROM joined) = (SELECT count(*) FROM shared) AS all_shared`,
      'member-share-free-groups',
    ),
  );
  return rows[0]?.all_shared === true;
}
