import type { Attribute } from '../schema/attribute.ts';
import { findCoreAttribute, findExtension, findNamed, findSubAttribute, foldName } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { canonicalDateTime } from './date-time.ts';
import { isList, isObject } from './is-object.ts';
import type { Json, JsonObject, Resource } from './resource.ts';

const NOT_ASCII = /[^\p{ASCII}]/u;

/**
 * The form in which text is compared without regard to case: composed (NFC), and each code point lowered
 * on its own, so that a letter folds alike wherever it stands. `ß` stays `ß`, U+0130 becomes `i` with a
 * combining dot, and the Kelvin sign, which NFC turns into `K`, becomes `k`. Folding twice is folding once.
 *
 * @see RFC 7644 5 (comparison of strings), RFC 8265 3.3 (UsernameCaseMapped)
 */
export function foldText(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  // A final sigma is the one letter that toLowerCase folds by its neighbours.
  return text.normalize('NFC').replaceAll('Σ', 'σ').toLowerCase().normalize('NFC');
}

/**
 * A simple value in the form in which values of its attribute are compared: text folded where case does
 * not matter, a date and time in UTC with milliseconds, anything else as it is.
 *
 * @throws {TypeError} the attribute is a dateTime and the value is none
 * @see RFC 7643 2.2 (caseExact), 2.3.5 (dateTime)
 */
export function foldValue<T extends string | number | boolean>(value: T, attribute: Attribute): T | string {
  if (typeof value !== 'string') return value;
  if (attribute.type === 'dateTime') return foldDateTime(value, attribute);
  const folds = !attribute.caseExact && (attribute.type === 'string' || attribute.type === 'reference');
  return folds ? foldText(value) : value;
}

/**
 * The same resource with every value in the form in which it is compared, and the URNs of extensions
 * folded. Names of attributes are the schema's already. What no schema of the type has is left out.
 */
export function searchDocument(resource: Resource, type: ResourceType): JsonObject {
  const document: Record<string, Json> = {};
  for (const [name, value] of Object.entries(resource)) {
    const attribute = findCoreAttribute(type, name);
    if (attribute) document[attribute.name] = foldJson(value, attribute);
    else enterExtension(document, { type, urn: name, value });
  }
  return document;
}

interface ExtensionEntry {
  readonly type: ResourceType;
  readonly urn: string;
  readonly value: Json;
}

function enterExtension(document: Record<string, Json>, { type, urn, value }: ExtensionEntry): void {
  const extension = findExtension(type, urn);
  if (!extension || !isObject(value)) return;
  document[foldName(extension.schema.id)] = foldObject(value, (name) => findNamed(extension.schema.attributes, name));
}

function foldJson(value: Json, attribute: Attribute): Json {
  if (isList(value)) return value.map((element) => foldJson(element, attribute));
  if (isObject(value)) return foldObject(value, (name) => findSubAttribute(attribute, name));
  return value === null ? null : foldValue(value as string | number | boolean, attribute);
}

function foldObject(value: JsonObject, find: (name: string) => Attribute | undefined): JsonObject {
  const folded: Record<string, Json> = {};
  for (const [name, element] of Object.entries(value)) {
    const attribute = find(name);
    if (attribute) folded[attribute.name] = foldJson(element, attribute);
  }
  return folded;
}

function foldDateTime(value: string, attribute: Attribute): string {
  const canonical = canonicalDateTime(value);
  if (canonical === undefined)
    throw new TypeError(`${attribute.name} holds ${JSON.stringify(value)}: no date and time`);
  return canonical;
}
