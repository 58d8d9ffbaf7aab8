import type { ResolvedAttribute, Sort } from '@rollcall/scim';
import { type Fragment, raw, sql } from '@rollcall/storage';
import { documentPath, elementsOf, isComputed, type Scope } from '../filter-sql/elements.ts';
import type { Position } from './cursor.ts';
import { modifiedOf, versionOf } from './revision.ts';

const COLUMNS: Readonly<Record<string, Fragment>> = {
  id: raw('r.id::text'),
  externalId: raw('r.external_id'),
  userName: raw('r.user_name'),
  displayName: raw('r.display_name'),
  'meta.resourceType': raw('r.type'),
  'meta.created': timeKey(raw('r.created')),
  'meta.lastModified': timeKey(modifiedOf),
  'meta.location': raw('r.id::text'),
  'meta.version': sql`${versionOf}::text`,
};

/**
 * The value that a row is sorted by: folded text in code-point order, or a number. Of several values the
 * primary one counts, else the first.
 *
 * @see RFC 7644 3.4.2.3
 */
export function sortKey({ attribute }: Sort, scope: Scope): Fragment {
  const column = Object.hasOwn(COLUMNS, attribute.path) ? COLUMNS[attribute.path] : undefined;
  const text = column ?? attributeKey(attribute, scope);
  return isNumber(attribute) ? sql`(${text})::numeric::float8` : sql`(${text}) COLLATE "C"`;
}

function timeKey(time: Fragment): Fragment {
  return sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`;
}

const isNumber = ({ leaf }: ResolvedAttribute): boolean => leaf.type === 'integer' || leaf.type === 'decimal';

function attributeKey(attribute: ResolvedAttribute, scope: Scope): Fragment {
  return isComputed(attribute) ? computedKey(attribute, scope) : documentKey(attribute);
}

/** Members and groups are shown in the order of their ids, and none of them is primary: the first one counts. */
function computedKey(attribute: ResolvedAttribute, scope: Scope): Fragment {
  const name = sql`${attribute.leaf.name}::text`;
  return sql`SELECT e.v ->> ${name} FROM ${elementsOf(attribute, scope)} AS e(v) ORDER BY e.v ->> 'value' LIMIT 1`;
}

function documentKey(attribute: ResolvedAttribute): Fragment {
  const { attribute: parent, subAttribute } = attribute;
  if (!parent.multiValued) return sql`r.search #>> ${documentPath(attribute)}`;
  const list = sql`(r.search #> ${documentPath({ ...attribute, subAttribute: undefined } as ResolvedAttribute)})`;
  if (!subAttribute) return sql`${list} ->> 0`;
  const name = sql`${subAttribute.name}::text`;
  return sql`coalesce(
    (SELECT e.v ->> ${name} FROM jsonb_array_elements(${list}) AS e(v) WHERE e.v @> '{"primary":true}' LIMIT 1),
    ${list} -> 0 ->> ${name})`;
}

/** Unassigned values come last when ascending and first when descending; equal ones go by id. */
export function sortOrder(sort: Sort | undefined, scope: Scope): Fragment {
  if (!sort) return raw('r.id');
  const key = sortKey(sort, scope);
  return !sort.descending ? sql`${key} ASC NULLS LAST, r.id` : sql`${key} DESC NULLS FIRST, r.id`;
}

/** The rows that come after a position in the order of `sortOrder`. */
export function positionAfter({ key, id }: Position, sort: Sort | undefined, scope: Scope): Fragment {
  if (!sort) return sql`r.id > ${id}::uuid`;
  const column = sortKey(sort, scope);
  const sameKey = sql`(${column} IS NULL AND r.id > ${id}::uuid)`;
  if (key === null) return !sort.descending ? sameKey : sql`(${sameKey} OR ${column} IS NOT NULL)`;
  const value = isNumber(sort.attribute) ? sql`${Number(key)}::float8` : sql`${String(key)}::text`;
  const further = raw(sort.descending ? '<' : '>');
  const later = sql`(${column} ${further} ${value} OR (${column} = ${value} AND r.id > ${id}::uuid))`;
  return !sort.descending ? sql`(${later} OR ${column} IS NULL)` : later;
}
