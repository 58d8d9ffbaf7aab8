import { MutabilityError } from '../error.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json } from '../resource/resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { ResolvedAttribute } from '../schema/lookup.ts';
import { sameJson } from './same-json.ts';

/** Whether only the service provider writes the attribute. */
export function isReadOnly({ attribute, leaf }: ResolvedAttribute): boolean {
  return attribute.mutability === 'readOnly' || leaf.mutability === 'readOnly';
}

/**
 * Refuses to write what only the service provider writes.
 *
 * @throws {MutabilityError}
 * @see RFC 7643 2.2 (readOnly), RFC 7644 3.5.2
 */
export function checkWritable(resolved: ResolvedAttribute): void {
  if (isReadOnly(resolved)) throw new MutabilityError(`${resolved.path} is readOnly: leave it out`);
}

/** The values of one attribute before and after an operation. */
export interface Transition {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly path: string;
}

/**
 * Refuses to change an immutable attribute once it has a value, sub-attributes of a single complex value
 * included. Writing the value that is there is no change.
 *
 * @throws {MutabilityError}
 * @see RFC 7643 2.2 (immutable), RFC 7644 3.5.2.3
 */
export function checkImmutable(attribute: Attribute, { before, after, path }: Transition): void {
  if (before === undefined || sameJson(before, after)) return;
  if (attribute.mutability === 'immutable') {
    throw new MutabilityError(`${path} is immutable and has a value: leave it as it is`);
  }
  if (!isObject(before) || !isObject(after)) return;
  for (const subAttribute of attribute.subAttributes ?? []) {
    const { name } = subAttribute;
    checkImmutable(subAttribute, { before: before[name], after: after[name], path: `${path}.${name}` });
  }
}

/**
 * Refuses to remove what a schema requires.
 *
 * @throws {MutabilityError}
 * @see RFC 7644 3.5.2.2
 */
export function checkRemovable(leaf: Attribute, path: string): void {
  if (leaf.required) throw new MutabilityError(`${path} is required: replace it instead of removing it`);
}
