import type { ResolvedAttribute, ResourceType } from '@rollcall/scim';
import { type Fragment, raw, sql } from '@rollcall/storage';
import { membershipsOf } from '../members/memberships.ts';
import { modifiedOf, versionOf } from '../resources/revision.ts';

/** What a compiled filter needs to know beside the filter. */
export interface Scope {
  readonly type: ResourceType;
  readonly baseUrl: string;
}

const COMPUTED: ReadonlySet<string> = new Set(['groups', 'members', 'meta']);

/** Attributes that are no part of the document: the groups of a user, the members of a group, `meta`. */
export function isComputed({ extension, attribute }: ResolvedAttribute): boolean {
  return !extension && COMPUTED.has(attribute.name);
}

/** Whether the attribute is, or lies in, a multi-valued one. */
export function isTopLevelList({ attribute }: ResolvedAttribute): boolean {
  return attribute.multiValued;
}

/** Where the attribute lies in the folded document, as a text array. */
export function documentPath({ extension, schema, attribute, subAttribute }: ResolvedAttribute): readonly string[] {
  return [
    ...(extension ? [schema.id.toLowerCase()] : []),
    attribute.name,
    ...(subAttribute ? [subAttribute.name] : []),
  ];
}

/**
 * A table of one column: the attribute's elements in folded form. A single complex value counts as one
 * element.
 */
export function elementsOf(attribute: ResolvedAttribute, scope: Scope): Fragment {
  if (isComputed(attribute)) return computedElements(attribute, scope);
  const path = documentPath({ ...attribute, subAttribute: undefined } as ResolvedAttribute);
  return attribute.attribute.multiValued
    ? sql`jsonb_array_elements(r.search #> ${path})`
    : sql`(SELECT r.search #> ${path} WHERE (r.search #> ${path}) IS NOT NULL)`;
}

function computedElements({ attribute }: ResolvedAttribute, scope: Scope): Fragment {
  if (attribute.name === 'groups') return groupElements(scope);
  return attribute.name === 'members' ? memberElements(scope) : metaElement(scope);
}

function metaElement({ baseUrl, type }: Scope): Fragment {
  const time = (column: Fragment) => sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return sql`(SELECT jsonb_build_object('resourceType', r.type, 'created', ${time(raw('r.created'))},
    'lastModified', ${time(modifiedOf)}, 'location', ${`${baseUrl}${type.endpoint}/`}::text || r.id, 'version', 'W/"' || ${versionOf} || '"'))`;
}

function groupElements({ baseUrl }: Scope): Fragment {
  return sql`(SELECT jsonb_build_object(
      'value', g.id, '$ref', ${`${baseUrl}/Groups/`}::text || g.id, 'display', g.display_name,
      'type', CASE WHEN up.direct THEN 'direct' ELSE 'indirect' END)
    FROM ${membershipsOf} AS up JOIN resource g ON g.tenant = r.tenant AND g.id = up.group_id)`;
}

function memberElements({ baseUrl }: Scope): Fragment {
  return sql`(SELECT e.v FROM member m, ${memberElement(baseUrl)} AS e(v)
    WHERE m.tenant = r.tenant AND m.group_id = r.id
    UNION ALL
    SELECT jsonb_build_object('value', u.value) FROM unresolved_member u WHERE u.tenant = r.tenant AND u.group_id = r.id)`;
}

/**
 * The row `m` of `member` as a folded element, a table of one row. A resource's folded label is its folded
 * displayName, or its folded userName where it has none.
 */
export function memberElement(baseUrl: string): Fragment {
  return sql`LATERAL (SELECT jsonb_strip_nulls(jsonb_build_object(
      'value', m.member_id, '$ref', ${baseUrl}::text || '/' || m.member_type || 's/' || m.member_id,
      'display', coalesce(x.display_name, x.user_name), 'type', CASE m.member_type WHEN 'Group' THEN 'group' ELSE 'user' END))
    FROM resource x WHERE x.tenant = m.tenant AND x.id = m.member_id)`;
}
