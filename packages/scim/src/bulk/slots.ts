import type { BulkCreate } from '../message/bulk-request.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import { extensionAttribute, subAttributePath } from '../schema/extension-attribute.ts';
import { findCoreAttribute, findExtension, findSubAttribute } from '../schema/lookup.ts';

/** An attribute in the body of a POST, which may be left out at first and added later. */
export interface Slot {
  /** Its path for PATCH: `members`, `urn:…:User:manager`. */
  readonly path: string;
  /** The keys on the way to its value, as the client wrote them. */
  readonly keys: readonly [string, string?];
  readonly value: Json;
  /** Whether the resource cannot be made without it. */
  readonly required: boolean;
}

/** The attributes that the body of a POST gives, those of an extension one by one. */
export function slotsOf({ type, data }: BulkCreate): readonly Slot[] {
  return Object.entries(data).flatMap(([key, value]) => {
    const extension = findExtension(type, key);
    if (extension && isObject(value)) return extensionSlots(key, value, extensionAttribute(extension.schema));
    const attribute = findCoreAttribute(type, key);
    return [slot([key], value, attribute?.name ?? key, attribute)];
  });
}

/** The body of a POST without some of its attributes. */
export function withoutSlots(data: JsonObject, slots: Iterable<Slot>): JsonObject {
  let rest = data;
  for (const { keys } of slots) rest = withoutKeys(rest, keys);
  return rest;
}

function extensionSlots(key: string, extension: JsonObject, attribute: Attribute): readonly Slot[] {
  return Object.entries(extension).map(([name, value]) => {
    const subAttribute = findSubAttribute(attribute, name);
    const path = subAttributePath(attribute, attribute.name, subAttribute?.name ?? name);
    return slot([key, name], value, path, subAttribute);
  });
}

/** What no schema has cannot be added later, so it counts as required. */
function slot(keys: Slot['keys'], value: Json, path: string, attribute: Attribute | undefined): Slot {
  return { path, keys, value, required: attribute?.required ?? true };
}

function withoutKeys(data: JsonObject, [key, name]: Slot['keys']): JsonObject {
  const { [key]: value, ...rest } = data;
  return name !== undefined && isObject(value) ? { ...rest, [key]: withoutKeys(value, [name]) } : rest;
}
