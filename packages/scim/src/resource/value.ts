import { InvalidPathError, InvalidSyntaxError, InvalidValueError } from '../error.ts';
import type { QuirkUse } from '../quirk.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttributePath } from '../schema/extension-attribute.ts';
import { findSubAttribute } from '../schema/lookup.ts';
import { isHostileName } from './hostile-name.ts';
import { isList, isObject } from './is-object.ts';
import type { Json, JsonObject } from './resource.ts';
import { checkScalar } from './scalar.ts';
import { shorten, showValue } from './shown-value.ts';
import { tolerates } from './tolerate.ts';

/** How strictly values are taken. */
export interface ValueOptions {
  readonly quirks: QuirkUse;
  /** What becomes of a name that no schema has. The quirk `unknown-attribute-ignored` has the same effect as `ignore`. */
  readonly unknownAttributes: 'ignore' | 'refuse';
}

/**
 * Reads a value that a client gave for an attribute: checks it against the attribute's type, writes names
 * of sub-attributes as the schema does, and leaves out what is unassigned or read-only. Text stays as it
 * was sent.
 *
 * Undefined means unassigned: null, an empty list, a complex value that holds nothing, and with the quirk
 * `empty-reference-clears` a single complex value whose `value` is "" or null.
 *
 * @param path how error messages name the attribute
 * @throws {InvalidValueError} the value is not of the attribute's type
 * @throws {InvalidSyntaxError} a sub-attribute is unknown, or named twice
 * @see RFC 7643 2.3 (types), 2.4 (multi-valued), 2.5 (unassigned)
 */
export function normaliseValue(
  value: Json,
  attribute: Attribute,
  path: string,
  options: ValueOptions,
): Json | undefined {
  if (value === null) return undefined;
  return attribute.multiValued
    ? normaliseList(value, attribute, path, options)
    : normaliseSingle(value, attribute, path, options);
}

/**
 * Reads one value of an attribute, whether or not the attribute is multi-valued: what stands in the list,
 * or what a value path selects. Undefined means unassigned.
 *
 * @throws as `normaliseValue` does
 */
export function normaliseElement(
  value: Json,
  attribute: Attribute,
  path: string,
  options: ValueOptions,
): Json | undefined {
  if (attribute.type === 'complex') return normaliseComplex(value, attribute, path, options);
  const scalar = attribute.type === 'boolean' ? readBoolean(value, options.quirks) : value;
  checkScalar(scalar, attribute, path);
  return scalar;
}

function normaliseList(
  value: Json,
  attribute: Attribute,
  path: string,
  options: ValueOptions,
): readonly Json[] | undefined {
  const list = isList(value) ? value : singleAsList(value, path, options.quirks);
  const normalised: Json[] = [];
  for (const [index, element] of list.entries()) {
    if (element === null) dropNull(`${path}[${index}]`, options.quirks);
    else {
      const kept = normaliseElement(element, attribute, list.length === 1 ? path : `${path}[${index}]`, options);
      if (kept !== undefined) normalised.push(kept);
    }
  }
  return normalised.length === 0 ? undefined : normalised;
}

function singleAsList(value: Json, path: string, quirks: QuirkUse): readonly Json[] {
  if (tolerates(quirks, 'single-value-as-list')) return [value];
  throw new InvalidValueError(`${path} must be a list, not ${showValue(value)}: put the value in [ ]`);
}

function dropNull(path: string, quirks: QuirkUse): void {
  if (tolerates(quirks, 'null-as-absent')) return;
  throw new InvalidValueError(`${path} is null: a list holds values only, leave it out`);
}

function normaliseSingle(value: Json, attribute: Attribute, path: string, options: ValueOptions): Json | undefined {
  const single = isList(value) ? listAsSingle(value, attribute, path, options.quirks) : value;
  if (single === null) return undefined;
  if (attribute.type === 'complex' && clearsReference(single, attribute, options.quirks)) return undefined;
  return normaliseElement(single, attribute, path, options);
}

function listAsSingle(list: readonly Json[], attribute: Attribute, path: string, quirks: QuirkUse): Json {
  const [first = null] = list;
  if (list.length <= 1 && !isList(first) && tolerates(quirks, 'list-as-single-value')) return first;
  throw new InvalidValueError(`${path} takes one value, not ${showValue(list, attribute)}: send it without [ ]`);
}

function clearsReference(value: Json, attribute: Attribute, quirks: QuirkUse): boolean {
  if (!findSubAttribute(attribute, 'value')) return false;
  const reference = isObject(value) ? givenValue(value) : value;
  return (reference === '' || reference === null) && tolerates(quirks, 'empty-reference-clears');
}

function givenValue(object: JsonObject): Json | undefined {
  const name = Object.keys(object).find((key) => key.toLowerCase() === 'value');
  return name === undefined ? undefined : object[name];
}

function readBoolean(value: Json, quirks: QuirkUse): Json {
  if (typeof value !== 'string') return value;
  const word = value.toLowerCase();
  if (word !== 'true' && word !== 'false') return value;
  return tolerates(quirks, 'string-boolean') ? word === 'true' : value;
}

function normaliseComplex(
  value: Json,
  attribute: Attribute,
  path: string,
  options: ValueOptions,
): JsonObject | undefined {
  const object = isObject(value) ? value : bareReference(value, attribute, path, options.quirks);
  const normalised: Record<string, Json> = {};
  let assigned = false;
  for (const [key, given] of Object.entries(object)) {
    const subAttribute = findWritable(key, attribute, path, options);
    if (!subAttribute) continue;
    const { name } = subAttribute;
    const subPath = subAttributePath(attribute, path, name);
    if (Object.hasOwn(normalised, name)) throw new InvalidSyntaxError(`${subPath} is given twice: send it once`);
    const element = normaliseValue(given, subAttribute, subPath, options);
    if (element === undefined) continue;
    normalised[name] = element;
    assigned = true;
  }
  return assigned ? normalised : undefined;
}

function findWritable(key: string, attribute: Attribute, path: string, options: ValueOptions): Attribute | undefined {
  const subAttribute = findSubAttribute(attribute, key);
  if (!subAttribute) checkUnknown(key, subAttributePath(attribute, path, key), options);
  return subAttribute?.mutability === 'readOnly' ? undefined : subAttribute;
}

function bareReference(value: Json, attribute: Attribute, path: string, quirks: QuirkUse): JsonObject {
  const isReference = typeof value === 'string' && findSubAttribute(attribute, 'value') !== undefined;
  if (isReference && tolerates(quirks, 'bare-reference')) return { value };
  throw new InvalidValueError(`${path} must be an object with its sub-attributes, not ${showValue(value, attribute)}`);
}

/**
 * Decides on a name that no schema has: returns when it is to be dropped. A name that reaches into
 * JavaScript's own objects is refused in any case.
 *
 * @param path ends with the name, and begins with what it stands below
 * @throws {InvalidSyntaxError} unknown attributes are refused
 * @throws {InvalidPathError} the name is `__proto__`, `constructor` or `prototype`
 */
export function checkUnknown(name: string, path: string, { quirks, unknownAttributes }: ValueOptions): void {
  const shown = path.slice(0, path.length - name.length) + shorten(name);
  if (isHostileName(name)) throw new InvalidPathError(`${shown} is no attribute and never will be: leave it out`);
  if (tolerates(quirks, 'unknown-attribute-ignored') || unknownAttributes === 'ignore') return;
  throw new InvalidSyntaxError(`${shown} is no attribute of this resource type: see /Schemas, or leave it out`);
}
