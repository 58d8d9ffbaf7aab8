import { compareCodePoints } from '../resource/code-points.ts';
import { foldValue } from '../resource/fold.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import type { ResolvedAttribute } from '../schema/lookup.ts';
import type { CompareFilter, Filter } from './filter.ts';

/** The values that an attribute has where the filter is asked: in a resource, or in one element. */
type ValuesOf = (attribute: ResolvedAttribute) => readonly Json[];

/**
 * Says whether a filter matches a resource. It is the oracle that SQL is compared with: slow, and obvious.
 *
 * The resource has canonical names and values as stored, not folded; `meta`, `id` and `members` are looked
 * for in it like any other attribute.
 *
 * @see RFC 7644 3.4.2.2
 */
export function evaluateFilter(filter: Filter, resource: JsonObject): boolean {
  return evaluate(filter, (attribute) => valuesIn(resource, attribute));
}

/** Says whether one element of a complex attribute meets the filter of a value path. */
export function evaluateElementFilter(filter: Filter, element: Json): boolean {
  return evaluate(filter, ({ leaf }) => valuesAt(element, leaf.name));
}

function evaluate(filter: Filter, valuesOf: ValuesOf): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((part) => evaluate(part, valuesOf));
    case 'or':
      return filter.filters.some((part) => evaluate(part, valuesOf));
    case 'not':
      return !evaluate(filter.filter, valuesOf);
    case 'compare':
      return valuesOf(filter.attribute).some((value) => compare(filter, value));
    case 'present':
      return valuesOf(filter.attribute).some(isAssigned);
    case 'valuePath':
      return valuesOf(filter.attribute).some((element) => evaluateElementFilter(filter.filter, element));
    case 'nothing':
      return false;
  }
}

function valuesIn(
  resource: JsonObject,
  { schema, extension, attribute, subAttribute }: ResolvedAttribute,
): readonly Json[] {
  const holders = extension ? valuesAt(resource, schema.id) : [resource];
  const values = holders.flatMap((holder) => valuesAt(holder, attribute.name));
  return subAttribute === undefined ? values : values.flatMap((value) => valuesAt(value, subAttribute.name));
}

/** The elements of a list, a single value as a list of one, and nothing where there is none. */
function valuesAt(holder: Json, name: string): readonly Json[] {
  if (holder === null || typeof holder !== 'object' || !Object.hasOwn(holder, name)) return [];
  const value = (holder as JsonObject)[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
}

function isAssigned(value: Json): boolean {
  if (value === null) return false;
  return typeof value !== 'object' || Object.values(value).some(isAssigned);
}

function compare({ attribute, operator, value: wanted }: CompareFilter, stored: Json): boolean {
  if (stored === null || typeof stored === 'object') return false;
  const value = foldValue(stored, attribute.leaf);
  if (typeof value === 'string' && typeof wanted === 'string') return compareText(operator, value, wanted);
  if (typeof value === 'number' && typeof wanted === 'number') return holds(operator, value - wanted);
  return operator === 'eq' && value === wanted;
}

function compareText(operator: CompareFilter['operator'], value: string, wanted: string): boolean {
  switch (operator) {
    case 'co':
      return value.includes(wanted);
    case 'sw':
      return value.startsWith(wanted);
    case 'ew':
      return value.endsWith(wanted);
    default:
      return holds(operator, compareCodePoints(value, wanted));
  }
}

function holds(operator: CompareFilter['operator'], order: number): boolean {
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    default:
      return false;
  }
}
