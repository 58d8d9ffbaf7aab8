import { InvalidSyntaxError, InvalidValueError } from '../error.ts';
import { isList, isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';
import { foldName } from '../schema/lookup.ts';

/**
 * The fields of a message by their folded names: like attributes they are named in any case. A field that
 * is null counts as left out.
 *
 * @see RFC 7643 2.1, 2.5
 */
export type Fields = ReadonlyMap<string, Json>;

/** @throws {InvalidSyntaxError} a field is given twice */
export function readFields(object: JsonObject): Fields {
  const fields = new Map<string, Json>();
  for (const [name, value] of Object.entries(object)) {
    if (value === null) continue;
    const folded = foldName(name);
    if (fields.has(folded)) throw new InvalidSyntaxError(`${name} is given twice: send it once`);
    fields.set(folded, value);
  }
  return fields;
}

/**
 * Reads the fields of a message whose `schemas` must list the message's URN.
 *
 * @throws {InvalidSyntaxError} it does not, or a field is given twice
 * @see RFC 7644 3.4.3, 3.5.2, 3.7
 */
export function readMessage(body: JsonObject, schema: string): Fields {
  const fields = readFields(body);
  const schemas = fields.get('schemas');
  const folded = foldName(schema);
  if (isList(schemas) && schemas.some((urn) => typeof urn === 'string' && foldName(urn) === folded)) return fields;
  throw new InvalidSyntaxError(`schemas must list ${schema}: add it`);
}

/** A field that is text. @throws {InvalidValueError} it is something else */
export function readText(fields: Fields, name: string, path = name): string | undefined {
  const value = fields.get(foldName(name));
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidValueError(`${path} must be a string, not ${showValue(value)}`);
}

/** A field that is an integer. @throws {InvalidValueError} it is something else */
export function readInteger(fields: Fields, name: string, path = name): number | undefined {
  const value = fields.get(foldName(name));
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  throw new InvalidValueError(`${path} must be an integer, not ${showValue(value)}`);
}

/** A field that is a list. @throws {InvalidValueError} it is something else */
export function readList(fields: Fields, name: string, path = name): readonly Json[] | undefined {
  const value = fields.get(foldName(name));
  if (value === undefined || isList(value)) return value;
  throw new InvalidValueError(`${path} must be a list, not ${showValue(value)}: put it in [ ]`);
}

/** A field that is an object. @throws {InvalidValueError} it is something else */
export function readObject(fields: Fields, name: string, path = name): JsonObject | undefined {
  const value = fields.get(foldName(name));
  if (value === undefined || isObject(value)) return value;
  throw new InvalidValueError(`${path} must be an object, not ${showValue(value)}: put it in { }`);
}
