import { type CompareFilter, type Filter, foldText, type JsonObject, type ResolvedAttribute } from '@rollcall/scim';
import { type Fragment, join, raw, sql } from '@rollcall/storage';
import { modifiedOf, versionOf } from '../resources/revision.ts';
import { compareNumber, compareText, compareTime, equals } from './compare.ts';
import { documentPath, elementsOf, isComputed, isTopLevelList, type Scope } from './elements.ts';

/**
 * Compiles a filter to a condition on the row `r` of `resource`. It holds exactly where
 * `evaluateFilter` says so on the resource as it is returned.
 *
 * SQL knows a third truth value: a comparison with what is absent is NULL. `and` and `or` pass it on
 * without harm, since only true selects; `not` is written `IS NOT TRUE`, so that it never meets it.
 *
 * `eq` becomes a look-up in an index: the columns of the names people are found by, and containment in
 * the folded document for everything else. Other operators read the tenant's rows.
 *
 * @see RFC 7644 3.4.2.2
 */
export function compileFilter(filter: Filter, scope: Scope): Fragment {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return list(
        filter.kind,
        filter.filters.map((part) => compileFilter(part, scope)),
      );
    case 'not':
      return sql`(${compileFilter(filter.filter, scope)}) IS NOT TRUE`;
    case 'nothing':
      return raw('FALSE');
    case 'compare':
      return compileCompare(filter, scope);
    case 'present':
      return compilePresent(filter.attribute, scope);
    case 'valuePath':
      return containmentOfValuePath(filter) ?? compileValuePath(filter.attribute, filter.filter, scope);
  }
}

function list(kind: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  return sql`(${join(parts, kind === 'and' ? ' AND ' : ' OR ')})`;
}

function compileCompare(filter: CompareFilter, scope: Scope): Fragment {
  const { attribute } = filter;
  const column = compareColumn(filter, scope);
  if (column) return column;
  if (isComputed(attribute)) return someElement(attribute, scope, elementCompare(filter));
  if (filter.operator === 'eq') return contains(documentWith(attribute, filter.value));
  if (isTopLevelList(attribute)) return someElement(attribute, scope, elementCompare(filter));
  return compareOperand(filter, sql`r.search #>> ${documentPath(attribute)}`);
}

/** Comparisons that have a column of their own, or a value that is computed from columns. */
function compareColumn(filter: CompareFilter, scope: Scope): Fragment | undefined {
  const { operator } = filter;
  const value = String(filter.value);
  switch (filter.attribute.path) {
    case 'id':
      return operator === 'eq' ? equalsUuid('r.id', value) : compareText(raw('r.id::text'), operator, value);
    case 'externalId':
      return compareText(raw('r.external_id'), operator, value);
    case 'userName':
      return compareText(raw('r.user_name'), operator, value);
    case 'displayName':
      return compareText(raw('r.display_name'), operator, value);
    case 'meta.created':
      return compareTime(raw('r.created'), operator, value);
    case 'meta.lastModified':
      return compareTime(scope.type.name === 'Group' ? modifiedOf : raw('r.modified'), operator, value);
    case 'meta.resourceType':
      return compareText(sql`${folded(scope.type.name, filter.attribute)}::text`, operator, value);
    case 'meta.location': {
      const base = folded(`${scope.baseUrl}${scope.type.endpoint}/`, filter.attribute);
      return compareText(sql`(${base}::text || r.id::text)`, operator, value);
    }
    case 'meta.version':
      return compareText(sql`(${folded('W/"', filter.attribute)}::text || ${versionOf} || '"')`, operator, value);
    default:
      return undefined;
  }
}

const folded = (text: string, attribute: ResolvedAttribute): string =>
  attribute.leaf.caseExact ? text : foldText(text);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids are ours and lower case: what is no such UUID is nobody's id. */
export function equalsUuid(column: string, value: string): Fragment {
  return UUID.test(value) ? sql`${raw(column)} = ${value}::uuid` : raw('FALSE');
}

function compareOperand({ attribute, operator, value }: CompareFilter, operand: Fragment): Fragment {
  switch (attribute.leaf.type) {
    case 'integer':
    case 'decimal':
      return compareNumber(sql`(${operand})::numeric`, operator, Number(value));
    case 'boolean':
      return equals(sql`(${operand})::boolean`, value);
    default:
      return compareText(sql`(${operand})`, operator, String(value));
  }
}

// --- containment ----------------------------------------------------------------------------------

function contains(document: JsonObject): Fragment {
  return sql`r.search @> ${JSON.stringify(document)}::jsonb`;
}

/** The smallest folded document that has `value` at the attribute. */
function documentWith(attribute: ResolvedAttribute, value: string | number | boolean): JsonObject {
  const { attribute: parent, subAttribute } = attribute;
  const element = subAttribute ? { [subAttribute.name]: value } : value;
  return within(attribute, { [parent.name]: parent.multiValued ? [element] : element });
}

function within({ extension, schema }: ResolvedAttribute, document: JsonObject): JsonObject {
  return extension ? { [schema.id.toLowerCase()]: document } : document;
}

/** A value path of `eq`s joined by `and`, each on another sub-attribute, is one look-up. */
function containmentOfValuePath({ attribute, filter }: Extract<Filter, { kind: 'valuePath' }>): Fragment | undefined {
  if (isComputed(attribute)) return undefined;
  const parts = filter.kind === 'and' ? filter.filters : [filter];
  const element = new Map<string, string | number | boolean>();
  for (const part of parts) {
    if (part.kind !== 'compare' || part.operator !== 'eq') return undefined;
    const { name } = part.attribute.leaf;
    if (element.has(name)) return undefined;
    element.set(name, part.value);
  }
  const value = Object.fromEntries(element);
  const { name, multiValued } = attribute.attribute;
  return contains(within(attribute, { [name]: multiValued ? [value] : value }));
}

// --- presence -------------------------------------------------------------------------------------

const ALWAYS_PRESENT: ReadonlySet<string> = new Set([
  'id',
  'schemas',
  'meta',
  'meta.resourceType',
  'meta.created',
  'meta.lastModified',
  'meta.location',
  'meta.version',
]);

/** The folded document holds no null, no empty list and no empty object: what is there is assigned. */
function compilePresent(attribute: ResolvedAttribute, scope: Scope): Fragment {
  if (ALWAYS_PRESENT.has(attribute.path)) return raw('TRUE');
  if (isComputed(attribute) || (isTopLevelList(attribute) && attribute.subAttribute)) {
    return someElement(attribute, scope, elementPresent(attribute));
  }
  return sql`(r.search #> ${documentPath(attribute)}) IS NOT NULL`;
}

// --- elements -------------------------------------------------------------------------------------

/** Some element of a multi-valued (or computed) attribute meets the condition, in which it is `e.v`. */
function someElement(attribute: ResolvedAttribute, scope: Scope, condition: Fragment): Fragment {
  return sql`EXISTS (SELECT 1 FROM ${elementsOf(attribute, scope)} AS e(v) WHERE ${condition})`;
}

function compileValuePath(attribute: ResolvedAttribute, filter: Filter, scope: Scope): Fragment {
  const member = attribute.path === 'members' ? equalsMember(filter) : undefined;
  return member ?? someElement(attribute, scope, compileElement(filter));
}

/** `members[value eq "…"]` goes by the key of the member table. */
function equalsMember(filter: Filter): Fragment | undefined {
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.attribute.leaf.name !== 'value') return undefined;
  return sql`(EXISTS (SELECT 1 FROM member m WHERE m.tenant = r.tenant AND m.group_id = r.id AND ${equalsUuid('m.member_id', String(filter.value))})
    OR EXISTS (SELECT 1 FROM unresolved_member u WHERE u.tenant = r.tenant AND u.group_id = r.id AND u.value = ${String(filter.value)}::text))`;
}

/** Compiles the inside of a value path: a condition on one element `e.v`, a folded jsonb object. */
export function compileElement(filter: Filter): Fragment {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return list(
        filter.kind,
        filter.filters.map((part) => compileElement(part)),
      );
    case 'not':
      return sql`(${compileElement(filter.filter)}) IS NOT TRUE`;
    case 'compare':
      return elementCompare(filter);
    case 'present':
      return elementPresent(filter.attribute);
    case 'nothing':
      return raw('FALSE');
    case 'valuePath':
      throw new TypeError('value paths do not nest');
  }
}

function elementCompare(filter: CompareFilter): Fragment {
  const { subAttribute } = filter.attribute;
  return compareOperand(filter, subAttribute ? sql`e.v ->> ${subAttribute.name}::text` : sql`e.v #>> '{}'`);
}

function elementPresent({ subAttribute }: ResolvedAttribute): Fragment {
  return subAttribute ? sql`(e.v -> ${subAttribute.name}::text) IS NOT NULL` : raw('TRUE');
}
