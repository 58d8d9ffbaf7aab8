import { InvalidPathError, InvalidValueError } from '../error.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findSubAttribute, type ResolvedAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { compareCodePoints } from './code-points.ts';
import { foldValue } from './fold.ts';
import { isList, isObject } from './is-object.ts';
import { findByText } from './projection.ts';
import type { Json, JsonObject } from './resource.ts';
import { showValue } from './shown-value.ts';

/** The order of a list. */
export interface Sort {
  /** What the list is ordered by: never a complex attribute as a whole. */
  readonly attribute: ResolvedAttribute;
  readonly descending: boolean;
}

/** What one resource is ordered by, in the form in which values are compared; undefined is unassigned. */
export type SortValue = string | number | boolean | undefined;

/**
 * Reads `sortBy` and `sortOrder`; undefined when no order is asked for. A complex attribute is ordered by
 * its `value`.
 *
 * @throws {InvalidPathError} sortBy names no attribute that lists can be ordered by
 * @throws {InvalidValueError} sortOrder is neither `ascending` nor `descending`
 * @see RFC 7644 3.4.2.3
 */
export function parseSort(
  type: ResourceType,
  { sortBy, sortOrder }: { readonly sortBy?: string; readonly sortOrder?: string },
): Sort | undefined {
  const descending = isDescending(sortOrder);
  if (sortBy === undefined) return undefined;
  const attribute = findByText(type, sortBy);
  if (!attribute) {
    throw new InvalidPathError(`sortBy ${showValue(sortBy)} is no attribute of ${type.name}: see /Schemas`);
  }
  return { attribute: sortable(attribute), descending };
}

/**
 * Compares two resources, `id` included, in the order of a list: unassigned values last when ascending and
 * first when descending; resources with equal values by ascending `id`.
 *
 * @see RFC 7644 3.4.2.3
 */
export function compareResources(a: JsonObject, b: JsonObject, sort: Sort): number {
  const order = compareSortValues(sortValue(a, sort), sortValue(b, sort));
  const directed = sort.descending ? -order : order;
  return directed || compareCodePoints(String(a.id), String(b.id));
}

/** What a resource is ordered by: of a multi-valued attribute its primary value, or else its first. */
export function sortValue(resource: JsonObject, { attribute: resolved }: Sort): SortValue {
  const holder = resolved.extension ? resource[resolved.schema.id] : resource;
  const found = isObject(holder) ? holder[resolved.attribute.name] : undefined;
  const chosen = isList(found) ? choose(found) : found;
  const value = resolved.subAttribute ? valueIn(chosen, resolved.subAttribute) : chosen;
  return isSimple(value) ? foldValue(value, resolved.leaf) : undefined;
}

/** Compares two values of one attribute, ascending: unassigned last, false before true. */
export function compareSortValues(a: SortValue, b: SortValue): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  return Number(a) - Number(b);
}

function sortable(resolved: ResolvedAttribute): ResolvedAttribute {
  const { leaf, path } = resolved;
  if (leaf.returned === 'never') throw new InvalidPathError(`sortBy ${path}: it is never shown, so choose another`);
  if (leaf.type !== 'complex') return resolved;
  const subAttribute = findSubAttribute(leaf, 'value');
  if (subAttribute) return { ...resolved, subAttribute, leaf: subAttribute, path: `${path}.value` };
  const names = (leaf.subAttributes ?? []).map(({ name }) => name).join(', ');
  throw new InvalidPathError(`sortBy ${path} is complex: choose one of its sub-attributes ${names}`);
}

function isDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order === 'ascending' || order === 'descending') return order === 'descending';
  throw new InvalidValueError(`sortOrder must be ascending or descending, not ${showValue(sortOrder ?? null)}`);
}

function choose(values: readonly Json[]): Json | undefined {
  return values.find((value) => isObject(value) && value.primary === true) ?? values[0];
}

function valueIn(value: Json | undefined, { name }: Attribute): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

function isSimple(value: Json | undefined): value is string | number | boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}
