import { InvalidValueError } from '../error.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findCoreAttribute, foldName } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { isList, isObject } from './is-object.ts';
import type { Json, JsonObject, Member } from './resource.ts';
import { normaliseValue, type ValueOptions } from './value.ts';

/** The attribute `members` of a type whose members are kept apart from the resource; undefined for others. */
export function membersAttribute(type: ResourceType): Attribute | undefined {
  const attribute = findCoreAttribute(type, 'members');
  return attribute?.multiValued && attribute.type === 'complex' ? attribute : undefined;
}

/**
 * Reads the members that a client gave, in the order given. A member that is given twice counts once, as
 * it was given first. No members is an empty list.
 *
 * @throws {InvalidValueError} a member has no id
 * @see RFC 7643 4.2
 */
export function readMembers(value: Json, attribute: Attribute, options: ValueOptions): readonly Member[] {
  for (const [index, element] of (isList(value) ? value : [value]).entries())
    requireId(element, `${attribute.name}[${index}]`);
  const elements = (normaliseValue(value, attribute, attribute.name, options) ?? []) as readonly JsonObject[];
  const members = new Map<string, Member>();
  for (const [index, element] of elements.entries()) {
    const member = readMember(element, `${attribute.name}[${index}]`);
    if (!members.has(member.value)) members.set(member.value, member);
  }
  return [...members.values()];
}

/** A member of which only a display name is given would be dropped as empty, and nobody would know. */
function requireId(element: Json, path: string): void {
  if (!isObject(element)) return;
  const id = Object.entries(element).find(([name]) => foldName(name) === 'value')?.[1];
  if (id === undefined || id === null || id === '') throw withoutId(path);
}

const withoutId = (path: string): InvalidValueError =>
  new InvalidValueError(`${path} has no value: give the id of the user or group as its value`);

function readMember({ value, type }: JsonObject, path: string): Member {
  if (typeof value !== 'string' || value === '') {
    throw withoutId(path);
  }
  return typeof type === 'string' ? { value, type } : { value };
}
