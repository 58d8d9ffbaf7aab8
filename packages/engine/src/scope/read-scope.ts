import type { SourceObjectType } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import type { ScopedObject } from './scoped-object.ts';

/** Which objects of a source a job provisions. */
export type ScopeSetting = 'all' | 'assigned';

export interface ScopeQuery {
  readonly tenant: string;
  readonly sourceId: string;
  readonly jobId: string;
  readonly applicationId: string;
  readonly scope: ScopeSetting;
  readonly type: SourceObjectType;
  /** Id of the last object of the page before; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

interface ScopeRow extends Omit<ScopedObject, 'type' | 'link'> {
  readonly targetId: string | null;
  readonly state: 'managed' | 'unmanaged';
  readonly sent: NonNullable<ScopedObject['link']>['sent'];
}

/**
 * Reads a page of objects that a job may have to do something about: those in scope, and those it still
 * manages. Assigned are users, the direct members of assigned groups, and assigned groups; nested groups are
 * not expanded.
 *
 * @see Entra: "How provisioning works", scoping
 */
export async function readScope(tx: Queryable, query: ScopeQuery): Promise<readonly ScopedObject[]> {
  const { rows } = await tx.query<ScopeRow>(scopePage(query));
  return rows.map(({ targetId, state, sent, ...object }) => ({
    ...object,
    type: query.type,
    link: targetId === null ? null : { targetId, state, sent },
  }));
}

function scopePage({ tenant, sourceId, jobId, applicationId, scope, type, after, limit }: ScopeQuery) {
  return statement(
    sql`
      select o.id, o.attributes, o.soft_deleted as "softDeleted", o.gone_at is not null as gone,
        s.in_scope as "inScope", l.target_id as "targetId", l.state, l.sent
      from source_object o
      left join lateral (
        select target_id, state, sent from link
        where tenant = ${tenant} and job_id = ${jobId} and object_type = o.type and source_object_id = o.id
        limit 1) l on true
      cross join lateral (
        select ${scope === 'all'}::boolean
          or exists (
            select 1 from assignment
            where tenant = ${tenant} and application_id = ${applicationId} and object_type = o.type and object_id = o.id)
          or o.type = 'User' and exists (${assignedGroupOf(tenant, sourceId, applicationId)}) as in_scope
      ) s
      where o.tenant = ${tenant} and o.source_id = ${sourceId} and o.type = ${type} and o.id > ${after}
        and (l.state = 'managed' or o.gone_at is null and s.in_scope)
      order by o.id
      limit ${limit}`,
  );
}

/** Groups of the object `o` that are assigned; from the object outwards, since a group may have a million members. */
function assignedGroupOf(tenant: string, sourceId: string, applicationId: string) {
  return sql`
    select 1
    from source_member m
    cross join lateral (
      select 1 from assignment
      where tenant = ${tenant} and application_id = ${applicationId} and object_type = 'Group'
        and object_id = m.group_id
      limit 1) a
    cross join lateral (
      select 1 from source_object
      where tenant = ${tenant} and source_id = ${sourceId} and type = 'Group' and id = m.group_id
        and gone_at is null and not soft_deleted
      limit 1) g
    where m.tenant = ${tenant} and m.source_id = ${sourceId} and m.member_type = 'User' and m.member_id = o.id`;
}
