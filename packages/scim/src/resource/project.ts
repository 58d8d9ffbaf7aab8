import type { Attribute } from '../schema/attribute.ts';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.ts';
import { extensionAttribute } from '../schema/extension-attribute.ts';
import { findCoreAttribute, findExtension, findSubAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { isList, isObject } from './is-object.ts';
import type { ProjectedNames, Projection } from './projection.ts';
import type { Json, JsonObject } from './resource.ts';

type Mode = Projection['mode'];
type Find = (name: string) => Attribute | undefined;

/**
 * The resource with the attributes that the projection lets through. What is never returned is not in it,
 * whoever asks; what is always returned is.
 *
 * The default projection of a resource that holds nothing to hide is the same object, not a copy.
 *
 * @see RFC 7643 2.2 (returned), RFC 7644 3.9
 */
export function project(resource: JsonObject, { type, mode, names }: Projection): JsonObject {
  if (mode === 'default' && !hidesAny(resource, type)) return resource;
  return projectObject(resource, (name) => findTopLevel(type, name), mode, names);
}

function findTopLevel(type: ResourceType, name: string): Attribute | undefined {
  const attribute = findCoreAttribute(type, name);
  if (attribute) return attribute;
  const extension = findExtension(type, name);
  return extension && extensionAttribute(extension.schema);
}

function projectObject(object: JsonObject, find: Find, mode: Mode, names: ProjectedNames): JsonObject {
  const projected: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    const attribute = find(key);
    const kept = attribute && projectAttribute(value, attribute, mode, names.get(attribute.name));
    if (kept !== undefined) projected[key] = kept;
  }
  return projected;
}

function projectAttribute(
  value: Json,
  attribute: Attribute,
  mode: Mode,
  named: ProjectedNames | 'whole' | undefined,
): Json | undefined {
  const { returned } = attribute;
  if (returned === 'never') return undefined;
  if (returned === 'always') return value;
  if (mode === 'only') {
    if (named === undefined) return undefined;
    return named === 'whole' ? projectBelow(value, attribute, 'default') : projectBelow(value, attribute, mode, named);
  }
  if (named === 'whole' || returned === 'request') return undefined;
  return projectBelow(value, attribute, mode, named);
}

function projectBelow(
  value: Json,
  attribute: Attribute,
  mode: Mode,
  names: ProjectedNames = new Map(),
): Json | undefined {
  const find: Find = (name) => findSubAttribute(attribute, name);
  if (isObject(value)) return orNothing(projectObject(value, find, mode, names));
  if (!isList(value)) return value;
  const elements = value.map((element) =>
    isObject(element) ? orNothing(projectObject(element, find, mode, names)) : element,
  );
  const kept = elements.filter((element) => element !== undefined);
  return kept.length === 0 ? undefined : kept;
}

function orNothing(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

/** Attributes of a type that default replies do not hold, by their steps from the top. */
const hidden = new WeakMap<ResourceType, readonly (readonly string[])[]>();

function hidesAny(resource: JsonObject, type: ResourceType): boolean {
  return hiddenSteps(type).some((steps) => holds(resource, steps));
}

function holds(value: Json | undefined, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (isList(value)) return value.some((element) => holds(element, [step, ...rest]));
  return isObject(value) && Object.hasOwn(value, step) && holds(value[step], rest);
}

function hiddenSteps(type: ResourceType): readonly (readonly string[])[] {
  const known = hidden.get(type);
  if (known) return known;
  const steps = [
    ...[...COMMON_ATTRIBUTES, ...type.schema.attributes].flatMap((attribute) => hiddenBelow(attribute, [])),
    ...type.schemaExtensions.flatMap(({ schema }) => hiddenBelow(extensionAttribute(schema), [])),
  ];
  hidden.set(type, steps);
  return steps;
}

function hiddenBelow(attribute: Attribute, above: readonly string[]): readonly (readonly string[])[] {
  const steps = [...above, attribute.name];
  if (attribute.returned === 'never' || attribute.returned === 'request') return [steps];
  return (attribute.subAttributes ?? []).flatMap((subAttribute) => hiddenBelow(subAttribute, steps));
}
