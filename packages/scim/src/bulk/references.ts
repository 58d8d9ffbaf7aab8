import { InvalidValueError } from '../error.ts';
import { isList, isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';

const PREFIX = 'bulkId:';
/** A reference within the filter of a PATCH path: `members[value eq "bulkId:x"]`. */
const IN_PATH = /"bulkId:((?:[^"\\]|\\.)*)"/g;

/** The bulkId that a text refers to; undefined for a text that is no reference. @see RFC 7644 3.7.2 */
export function referredBulkId(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

/** The bulkIds that a value refers to, each once, in the order in which they occur. */
export function bulkIdsIn(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, undefined, found);
  return found;
}

/**
 * The value with every reference replaced by the id of the resource that it refers to. A reference stands
 * alone in a string, or in quotation marks in the `path` of a PATCH operation.
 *
 * @throws {InvalidValueError} a reference has no id: it never goes into a resource as it stands
 * @see RFC 7644 3.7.2
 */
export function replaceBulkIds<T extends Json>(value: T, ids: ReadonlyMap<string, string>): T {
  return replace(value, undefined, ids) as T;
}

function collect(value: Json, name: string | undefined, found: Set<string>): void {
  if (typeof value === 'string') {
    for (const bulkId of referencesIn(value, name)) found.add(bulkId);
  } else if (isList(value)) {
    for (const element of value) collect(element, undefined, found);
  } else if (isObject(value)) {
    for (const [key, element] of Object.entries(value)) collect(element, key, found);
  }
}

function referencesIn(text: string, name: string | undefined): readonly string[] {
  const bulkId = referredBulkId(text);
  if (bulkId !== undefined) return [bulkId];
  return isPath(name) ? Array.from(text.matchAll(IN_PATH), ([, quoted = '']) => quoted) : [];
}

function replace(value: Json, name: string | undefined, ids: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return replaceText(value, name, ids);
  if (isList(value)) return value.map((element) => replace(element, undefined, ids));
  return isObject(value) ? replaceObject(value, ids) : value;
}

function replaceObject(object: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, element]) => [key, replace(element, key, ids)]));
}

function replaceText(text: string, name: string | undefined, ids: ReadonlyMap<string, string>): string {
  const bulkId = referredBulkId(text);
  if (bulkId !== undefined) return getId(bulkId, ids);
  if (!isPath(name)) return text;
  return text.replaceAll(IN_PATH, (_, quoted: string) => JSON.stringify(getId(quoted, ids)));
}

function isPath(name: string | undefined): boolean {
  return name?.toLowerCase() === 'path';
}

function getId(bulkId: string, ids: ReadonlyMap<string, string>): string {
  const id = ids.get(bulkId);
  if (id !== undefined) return id;
  throw new InvalidValueError(`bulkId ${showValue(bulkId)} has no resource: the operation that should make it failed`);
}
