import { type Fragment, raw, sql } from '@rollcall/storage';
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
  /** The `groups` of a user, as JSON text; null when it has none, or when they were not asked for. */
  readonly groups: string | null;
}

/** The columns of a `ResourceRow` from the row `r`. */
export function rowColumns(options: { readonly baseUrl: string; readonly withGroups: boolean }): Fragment {
  const groups = options.withGroups ? groupsColumn(options.baseUrl) : raw('NULL');
  return sql`r.id, r.type, ${versionOf} AS version, r.created, ${modifiedOf} AS modified, r.data::text AS data, ${groups} AS groups`;
}

function groupsColumn(baseUrl: string): Fragment {
  return sql`(SELECT json_agg(json_build_object(
        'value', g.id, '$ref', ${`${baseUrl}/Groups/`}::text || g.id, 'display', g.label,
        'type', CASE WHEN up.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id)::text
    FROM ${membershipsOf} AS up JOIN resource g ON g.tenant = r.tenant AND g.id = up.group_id)`;
}
