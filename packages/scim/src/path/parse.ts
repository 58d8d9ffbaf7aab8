import { InvalidFilterError, InvalidPathError } from '../error.ts';
import { DEFAULT_FILTER_LIMITS } from '../filter/limits.ts';
import { parseFilter } from '../filter/parse.ts';
import type { FilterSyntax } from '../filter/syntax.ts';
import { shorten } from '../resource/shown-value.ts';
import type { AttributeName } from '../schema/lookup.ts';
import { isNameFault, splitAttributeName } from './attribute-name.ts';

/**
 * The path of a PATCH operation as written: an attribute, a sub-attribute, or the elements that a value
 * filter selects, perhaps with one of their sub-attributes. Names are not yet checked against a schema.
 *
 * @see RFC 7644 3.5.2 figure 7
 */
export interface PatchPath {
  readonly text: string;
  readonly name: AttributeName;
  /** The filter in brackets; `name` then has no sub-attribute of its own before them. */
  readonly filter?: FilterSyntax;
}

/** What follows a closing bracket: a sub-attribute, or nothing. */
const SUFFIX = /^(?:\.(\$?[A-Za-z][A-Za-z0-9_-]*))?$/;

/**
 * Parses the path of a PATCH operation.
 *
 * @throws {InvalidPathError} the text is no path, or longer than a filter may be; the message has the column
 * @see RFC 7644 3.5.2 figure 7, 3.10 (URN prefix)
 */
export function parsePath(text: string): PatchPath {
  if (text.length > DEFAULT_FILTER_LIMITS.lengthMax) {
    throw pathError(text, `it has more than ${DEFAULT_FILTER_LIMITS.lengthMax} characters`);
  }
  const open = text.indexOf('[');
  return open < 0 ? { text, name: parseName(text, text) } : parseValuePath(text, open);
}

function parseValuePath(text: string, open: number): PatchPath {
  const close = text.lastIndexOf(']');
  if (close < open) throw pathError(text, `column ${open + 1}: "[" is never closed`);
  const [matched, subAttribute] = SUFFIX.exec(text.slice(close + 1)) ?? [];
  if (matched === undefined) {
    throw pathError(text, `column ${close + 2}: only a full stop and one sub-attribute may follow "]"`);
  }
  const name = parseName(text.slice(0, open), text);
  if (name.subAttribute !== undefined) {
    throw pathError(text, `column ${open + 1}: a sub-attribute has no elements that a filter could select`);
  }
  const filter = parseValueFilter(text, open, close);
  return { text, filter, name: subAttribute === undefined ? name : { ...name, subAttribute } };
}

function parseName(name: string, text: string): AttributeName {
  const split = splitAttributeName(name);
  if (!isNameFault(split)) return split;
  throw pathError(text, `column ${split.at + 1}: ${split.reason}`);
}

/** A value filter is a filter of its own; blanks in front keep the columns of its messages those of the path. */
function parseValueFilter(text: string, open: number, close: number): FilterSyntax {
  try {
    return parseFilter(' '.repeat(open + 1) + text.slice(open + 1, close));
  } catch (error) {
    if (!(error instanceof InvalidFilterError)) throw error;
    throw new InvalidPathError(`The path "${shorten(text)}" has a value filter that does not parse. ${error.message}`);
  }
}

function pathError(text: string, what: string): InvalidPathError {
  return new InvalidPathError(`The path "${shorten(text)}" does not parse: ${what}`);
}
