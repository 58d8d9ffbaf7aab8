import { PreconditionFailedError } from '@rollcall/scim';
import { entityTag } from './represent.ts';

/** The entity tags of an `If-Match` or `If-None-Match` header, `*` for any; undefined when it was not sent. */
export type TagCondition = '*' | readonly string[];

/** Reads the header's list of tags. A weak and a strong tag of one value are the same version here. @see RFC 9110 8.8.3, 13.1 */
export function parseTagCondition(header: string | undefined): TagCondition | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}

/** Whether a version is among the tags. */
export function meetsTag(condition: TagCondition, version: number): boolean {
  return condition === '*' || condition.includes(entityTag(version).slice(2));
}

/**
 * Holds a write against its `If-Match`.
 *
 * @throws {PreconditionFailedError} the resource is at another version
 * @see RFC 7644 3.14
 */
export function requireMatch(ifMatch: TagCondition | undefined, version: number): void {
  if (ifMatch === undefined || meetsTag(ifMatch, version)) return;
  throw new PreconditionFailedError(
    `The resource is at version ${entityTag(version)}, which If-Match does not name. Read it again and decide anew.`,
  );
}
