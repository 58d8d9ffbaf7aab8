import type { SourceObjectType } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';

export interface MemberQuery {
  readonly tenant: string;
  readonly sourceId: string;
  readonly jobId: string;
}

/** The last membership of the page before. */
export interface MemberCursor {
  readonly groupId: string;
  readonly type: string;
  readonly id: string;
}

export const FIRST_MEMBER: MemberCursor = { groupId: '', type: '', id: '' };

/** One membership that the target lacks, or has too much. */
export interface MemberDelta {
  readonly groupId: string;
  readonly groupTargetId: string;
  readonly type: SourceObjectType;
  readonly id: string;
  readonly targetId: string;
}

/**
 * Memberships that the source has and the target has not acknowledged, of managed groups.
 *
 * A member without a link waits: the cycle that links it finds the membership here (P13). A member that left
 * scope keeps the memberships that it has and gets no new ones.
 *
 * Each `limit 1` makes a look-up by key for each row: a page costs as much as the rows that it passes, however
 * large the tables are and whatever the planner knows of them.
 */
export async function readMembersToAdd(
  tx: Queryable,
  { tenant, sourceId, jobId }: MemberQuery,
  after: MemberCursor,
  limit: number,
): Promise<readonly MemberDelta[]> {
  const { rows } = await tx.query<MemberDelta>(
    statement(sql`
      select m.group_id as "groupId", g.target_id as "groupTargetId", m.member_type as type, m.member_id as id,
        l.target_id as "targetId"
      from source_member m
      left join lateral (
        select true as acknowledged from link_member
        where tenant = ${tenant} and job_id = ${jobId} and group_id = m.group_id
          and member_type = m.member_type and member_id = m.member_id
        limit 1) k on true
      cross join lateral (
        select target_id from link
        where k.acknowledged is null and tenant = ${tenant} and job_id = ${jobId} and object_type = 'Group'
          and source_object_id = m.group_id and state = 'managed'
        limit 1) g
      cross join lateral (
        select target_id from link
        where tenant = ${tenant} and job_id = ${jobId} and object_type = m.member_type
          and source_object_id = m.member_id and state = 'managed'
        limit 1) l
      where m.tenant = ${tenant} and m.source_id = ${sourceId}
        and (m.group_id, m.member_type, m.member_id) > (${after.groupId}, ${after.type}, ${after.id})
      order by m.group_id, m.member_type, m.member_id
      limit ${limit}`),
  );
  return rows;
}

/** Memberships that the target has acknowledged and the source has no longer, of managed groups. */
export async function readMembersToRemove(
  tx: Queryable,
  query: MemberQuery,
  after: MemberCursor,
  limit: number,
): Promise<readonly MemberDelta[]> {
  const { rows } = await tx.query<MemberDelta>(
    statement(sql`
      select k.group_id as "groupId", g.target_id as "groupTargetId", k.member_type as type, k.member_id as id,
        l.target_id as "targetId"
      ${surplusMembers(query)}
        and (k.group_id, k.member_type, k.member_id) > (${after.groupId}, ${after.type}, ${after.id})
      order by k.group_id, k.member_type, k.member_id
      limit ${limit}`),
  );
  return rows;
}

/** How many memberships a plan takes away; the guard asks before the first write. */
export async function countMembersToRemove(tx: Queryable, query: MemberQuery): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(statement(sql`select count(*) as count ${surplusMembers(query)}`));
  return rows[0]?.count ?? 0;
}

function surplusMembers({ tenant, sourceId, jobId }: MemberQuery) {
  return sql`
    from link_member k
    left join lateral (
      select true as wanted from source_member
      where tenant = ${tenant} and source_id = ${sourceId} and group_id = k.group_id
        and member_type = k.member_type and member_id = k.member_id
      limit 1) m on true
    cross join lateral (
      select target_id from link
      where m.wanted is null and tenant = ${tenant} and job_id = ${jobId} and object_type = 'Group'
        and source_object_id = k.group_id and state = 'managed'
      limit 1) g
    cross join lateral (
      select target_id from link
      where tenant = ${tenant} and job_id = ${jobId} and object_type = k.member_type
        and source_object_id = k.member_id
      limit 1) l
    where k.tenant = ${tenant} and k.job_id = ${jobId}`;
}
