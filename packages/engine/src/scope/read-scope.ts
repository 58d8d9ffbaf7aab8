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
      left join link l
        on l.tenant = o.tenant and l.job_id = ${jobId} and l.object_type = o.type and l.source_object_id = o.id
      cross join lateral (
        select ${scope === 'all'}::boolean
          or exists (
            select 1 from assignment a
            where a.tenant = o.tenant and a.application_id = ${applicationId}
              and a.object_type = o.type and a.object_id = o.id)
          or o.type = 'User' and exists (
            select 1
            from source_member m
            join assignment a
              on a.tenant = m.tenant and a.application_id = ${applicationId}
                and a.object_type = 'Group' and a.object_id = m.group_id
            join source_object g
              on g.tenant = m.tenant and g.source_id = m.source_id and g.type = 'Group' and g.id = m.group_id
            where m.tenant = o.tenant and m.source_id = o.source_id and m.member_type = 'User' and m.member_id = o.id
              and g.gone_at is null and not g.soft_deleted) as in_scope
      ) s
      where o.tenant = ${tenant} and o.source_id = ${sourceId} and o.type = ${type} and o.id > ${after}
        and (l.state = 'managed' or o.gone_at is null and s.in_scope)
      order by o.id
      limit ${limit}`,
    'engine-read-scope',
  );
}
