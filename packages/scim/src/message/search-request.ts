import { InvalidCountError, InvalidValueError } from '../error.ts';
import { isList } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';
import { foldName } from '../schema/lookup.ts';
import { type Fields, readInteger, readMessage, readText } from './fields.ts';
import { checkListQuery, type ListQuery, notAnInteger } from './list-query.ts';
import { SEARCH_REQUEST_SCHEMA } from './urns.ts';

const INTEGER = /^[+-]?\d{1,15}$/;

/** Names of the parameters that ask for a list, folded. Others are not ours and ignored. */
const PARAMETERS: ReadonlySet<string> = new Set(
  ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', 'attributes', 'excludedAttributes'].map(foldName),
);

/**
 * Reads a list query from the decoded parameters of a URL. Names count in any case: Entra's inbound client
 * sends `startindex`.
 *
 * @throws {InvalidValueError} a parameter is given twice, or startIndex is no integer
 * @throws {InvalidCountError} count is no integer
 * @throws as `checkListQuery` does
 * @see RFC 7644 3.4.2
 */
export function parseQueryParameters(parameters: Iterable<readonly [name: string, value: string]>): ListQuery {
  const given = new Map<string, string>();
  for (const [name, value] of parameters) {
    const folded = foldName(name);
    if (!PARAMETERS.has(folded)) continue;
    if (given.has(folded)) throw new InvalidValueError(`${name} is given twice: send it once`);
    given.set(folded, value);
  }
  return checkListQuery({
    filter: given.get('filter'),
    sortBy: given.get('sortby'),
    sortOrder: given.get('sortorder'),
    startIndex: parseInteger('startIndex', given.get('startindex')),
    count: parseInteger('count', given.get('count')),
    cursor: given.get('cursor'),
    attributes: splitNames(given.get('attributes')),
    excludedAttributes: splitNames(given.get('excludedattributes')),
  });
}

/**
 * Reads the body of a POST to `/.search`.
 *
 * @throws {InvalidSyntaxError} `schemas` does not list the SearchRequest
 * @throws {InvalidValueError | InvalidCountError} a field is not of its type
 * @throws as `checkListQuery` does
 * @see RFC 7644 3.4.3
 */
export function parseSearchRequest(body: JsonObject): ListQuery {
  const fields = readMessage(body, SEARCH_REQUEST_SCHEMA);
  return checkListQuery({
    filter: readText(fields, 'filter'),
    sortBy: readText(fields, 'sortBy'),
    sortOrder: readText(fields, 'sortOrder'),
    startIndex: readInteger(fields, 'startIndex'),
    count: readCount(fields),
    cursor: readText(fields, 'cursor'),
    attributes: readNames(fields, 'attributes'),
    excludedAttributes: readNames(fields, 'excludedAttributes'),
  });
}

function parseInteger(name: 'startIndex' | 'count', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!INTEGER.test(text.trim())) throw notAnInteger(name, text);
  return Number(text);
}

function readCount(fields: Fields): number | undefined {
  const count = fields.get('count');
  if (count === undefined || Number.isSafeInteger(count)) return count as number | undefined;
  throw new InvalidCountError(`count must be an integer, not ${showValue(count)}`);
}

/** Names as a URL has them, separated by commas; one that is empty is left out. */
function splitNames(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function readNames(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields.get(foldName(name));
  if (value === undefined || typeof value === 'string') return splitNames(value);
  if (isList(value)) return value.map((element) => readName(element, name));
  throw new InvalidValueError(`${name} must be a list of names, not ${showValue(value)}`);
}

function readName(value: Json, list: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidValueError(`${list} must hold names of attributes, not ${showValue(value)}`);
}
