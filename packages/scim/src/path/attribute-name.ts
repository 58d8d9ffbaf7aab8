import type { AttributeName } from '../schema/lookup.ts';

/**
 * A name by the standard's grammar, `$ref` included. A sub-attribute follows after one full stop; a URN
 * precedes with a colon and may hold full stops and colons itself.
 */
const NAME = /^\$?[A-Za-z][A-Za-z0-9_-]*$/;
const URN = /^urn:[A-Za-z0-9][A-Za-z0-9-]*:[\x21\x24-\x3b\x3d\x3f-\x5a\x5f\x61-\x7a]+$/i;

/** The longest attribute name with URN and sub-attribute that is looked at. */
export const NAME_LENGTH_MAX = 512;

/** Why a text is no attribute name, and where in it (from 0). */
export interface NameFault {
  readonly reason: string;
  readonly at: number;
}

/**
 * Splits an attribute path into URN, attribute and sub-attribute, all as written. The URN ends at the last
 * colon: versions such as `2.0` hold full stops, so the first one of those says nothing.
 *
 * A text that is a schema's URN alone splits into a URN and an attribute that no schema has; only a caller
 * who knows the schemas can tell.
 *
 * @see RFC 7644 3.4.2.2 figure 1 (attrPath), 3.10
 */
export function splitAttributeName(text: string): AttributeName | NameFault {
  if (text.length > NAME_LENGTH_MAX) return { reason: `a name has at most ${NAME_LENGTH_MAX} characters`, at: 0 };
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  if (urn !== undefined && !URN.test(urn)) return { reason: `"${urn}" is no schema URN`, at: 0 };
  const [attribute = '', subAttribute, ...rest] = text.slice(colon + 1).split('.');
  if (rest.length > 0) {
    return { reason: 'a sub-attribute has no sub-attributes', at: text.lastIndexOf('.') };
  }
  const wrong = [attribute, subAttribute].find((name) => name !== undefined && !NAME.test(name));
  if (wrong !== undefined) return { reason: nameReason(wrong), at: text.indexOf(wrong, colon + 1) };
  return { ...(urn !== undefined && { urn }), attribute, ...(subAttribute !== undefined && { subAttribute }) };
}

/** Tells a fault from a name. */
export function isNameFault(value: AttributeName | NameFault): value is NameFault {
  return 'reason' in value;
}

/** Writes a name as a client would. */
export function printAttributeName(name: AttributeName): string {
  const local = name.subAttribute === undefined ? name.attribute : `${name.attribute}.${name.subAttribute}`;
  return name.urn === undefined ? local : `${name.urn}:${local}`;
}

function nameReason(name: string): string {
  return name === '' ? 'an attribute name is missing' : `"${name}" is no attribute name`;
}
