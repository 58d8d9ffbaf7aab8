import { type Fragment, type Queryable, raw, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { membershipsOf } from '../members/memberships.ts';
import { modifiedOf, versionOf } from './revision.ts';

/** A row of `resource` as it is read. */
export interface ResourceRow {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly created: Date;
  readonly modified: Date;
  /** The stored document, as JSON text. */
  readonly data: string;
  /** The `groups` of a user that it is in itself, as JSON text; null when there are none, or when they were not asked for. */
  readonly groups: string | null;
  /** Whether the tenant has groups in groups, so that a user who is in one may be in others through it. */
  readonly nested: boolean;
}

export interface RowOptions {
  /** The one type that is read, or any. What only the other type has costs nothing then. */
  readonly type: 'User' | 'Group' | 'any';
  readonly baseUrl: string;
  /** Computes the groups of a user too. */
  readonly withGroups: boolean;
}

/** The columns of a `ResourceRow` from the row `r`. */
export function rowColumns({ type, baseUrl, withGroups }: RowOptions): Fragment {
  const [version, modified] = type === 'User' ? [raw('r.version'), raw('r.modified')] : [versionOf, modifiedOf];
  const groups =
    withGroups && type !== 'Group'
      ? sql`${groupsOf(baseUrl, DIRECT)} AS groups, ${NESTED} AS nested`
      : raw('NULL AS groups, FALSE AS nested');
  return sql`r.id, r.type, ${version} AS version, r.created, ${modified} AS modified, r.data::text AS data, ${groups}`;
}

/** The memberships of a user's own. Those through groups are rare, and would make every read of a user dearer. */
const DIRECT: Fragment = sql`(SELECT m.group_id, TRUE AS direct FROM member m WHERE m.tenant = r.tenant AND m.member_id = r.id)`;

const NESTED: Fragment = sql`EXISTS (SELECT FROM member n WHERE n.tenant = r.tenant AND n.member_type = 'Group')`;

function groupsOf(baseUrl: string, memberships: Fragment): Fragment {
  return sql`(SELECT json_agg(json_build_object(
        'value', g.id, '$ref', ${`${baseUrl}/Groups/`}::text || g.id, 'display', g.label,
        'type', CASE WHEN up.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id)::text
    FROM ${memberships} AS up JOIN resource g ON g.tenant = r.tenant AND g.id = up.group_id)`;
}

/** The same rows, with the groups that users are in through groups beside those they are in themselves. */
export async function withNestedGroups<R extends ResourceRow>(
  db: Queryable,
  context: RequestContext,
  rows: readonly R[],
): Promise<readonly R[]> {
  const ids = rows.filter((row) => row.nested && row.groups !== null).map(({ id }) => id);
  if (ids.length === 0) return rows;
  const found = await db.query<{ id: string; groups: string }>(
    statement(
      sql`SELECT r.id, ${groupsOf(context.baseUrl, membershipsOf)} AS groups FROM resource r
        WHERE r.tenant = ${context.tenant} AND r.id = ANY(${ids}::uuid[])`,
      'resource-groups-nested',
    ),
  );
  const groups = new Map(found.rows.map((row) => [row.id, row.groups]));
  return rows.map((row) => ({ ...row, groups: groups.get(row.id) ?? row.groups }));
}
