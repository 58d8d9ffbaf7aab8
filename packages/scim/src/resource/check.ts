import { InvalidValueError } from '../error.ts';
import type { Attribute } from '../schema/attribute.ts';
import { extensionAttribute, subAttributePath } from '../schema/extension-attribute.ts';
import { findSubAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { isList, isObject } from './is-object.ts';
import type { Json, JsonObject, Resource } from './resource.ts';

/**
 * Refuses a resource in stored form that lacks what its schemas require, or in which two values of one
 * attribute are primary. `schemas` itself is computed, and so not looked at.
 *
 * @throws {InvalidValueError}
 * @see RFC 7643 2.2 (required), 2.4 (primary)
 */
export function checkResource(resource: Resource, type: ResourceType): void {
  for (const attribute of type.schema.attributes) checkAttribute(resource[attribute.name], attribute, attribute.name);
  for (const { schema, required } of type.schemaExtensions) {
    const attribute = extensionAttribute(schema);
    checkAttribute(resource[schema.id], required ? { ...attribute, required } : attribute, schema.id);
  }
}

/**
 * The URNs that `schemas` of a resource in stored form lists: the core schema and each extension in use.
 *
 * @see RFC 7643 3 (schemas)
 */
export function schemasInUse(resource: Resource, type: ResourceType): readonly string[] {
  const extensions = type.schemaExtensions.filter(({ schema }) => resource[schema.id] !== undefined);
  return [type.schema.id, ...extensions.map(({ schema }) => schema.id)];
}

/**
 * Refuses a list in which more than one value is primary.
 *
 * @throws {InvalidValueError}
 * @see RFC 7643 2.4
 */
export function checkPrimary(values: readonly Json[], path: string): void {
  const positions = values.flatMap((value, index) => (isObject(value) && value.primary === true ? [index] : []));
  if (positions.length < 2) return;
  const [first, second] = positions;
  throw new InvalidValueError(
    `${path}[${first}] and ${path}[${second}] are both primary: set primary to true on one value at most`,
  );
}

function checkAttribute(value: Json | undefined, attribute: Attribute, path: string): void {
  if (attribute.required && (value === undefined || value === '')) throw lacksValue(path, value);
  if (attribute.type !== 'complex' || value === undefined) return;
  if (isList(value)) checkElements(value as readonly JsonObject[], attribute, path);
  else checkSubAttributes(value as JsonObject, attribute, path);
}

function lacksValue(path: string, value: '' | undefined): InvalidValueError {
  return new InvalidValueError(`${path} is required and ${value === '' ? 'empty' : 'missing'}: give it a value`);
}

function checkElements(values: readonly JsonObject[], attribute: Attribute, path: string): void {
  if (values.length > 1 && findSubAttribute(attribute, 'primary')) checkPrimary(values, path);
  for (const [index, value] of values.entries()) checkSubAttributes(value, attribute, `${path}[${index}]`);
}

function checkSubAttributes(value: JsonObject, attribute: Attribute, path: string): void {
  for (const subAttribute of attribute.subAttributes ?? []) {
    const { name, type, required } = subAttribute;
    if (!required && type !== 'complex') continue;
    checkAttribute(value[name], subAttribute, subAttributePath(attribute, path, name));
  }
}
