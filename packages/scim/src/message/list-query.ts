import { InvalidCountError, InvalidCursorError, InvalidFilterError, InvalidValueError } from '../error.ts';
import { showValue } from '../resource/shown-value.ts';

/** What a client asks of a list, whether in a URL or in a SearchRequest. @see RFC 7644 3.4.2, 3.4.3, RFC 9865 2 */
export interface ListQuery {
  /** As written; an empty filter is for the filter's parser to refuse. */
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: string;
  /** At least 1. */
  readonly startIndex?: number;
  /** At least 0. */
  readonly count?: number;
  /** The cursor of a page; empty for the first page. */
  readonly cursor?: string;
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** A list query whose values were not looked at yet. */
export interface RawListQuery {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly cursor: string | undefined;
  readonly attributes: readonly string[] | undefined;
  readonly excludedAttributes: readonly string[] | undefined;
}

/**
 * Checks a list query: an index below 1 counts as 1, a count below 0 as 0, and texts hold neither NUL nor
 * half of a surrogate pair.
 *
 * @throws {InvalidCursorError} a cursor and an index are both given
 * @throws {InvalidFilterError | InvalidValueError} a text cannot be searched for
 * @see RFC 7644 3.4.2.4, RFC 9865 2
 */
export function checkListQuery(raw: RawListQuery): ListQuery {
  if (raw.cursor !== undefined && raw.startIndex !== undefined) {
    throw new InvalidCursorError('cursor and startIndex exclude each other: send one of them');
  }
  checkTexts(raw);
  const query = {
    ...raw,
    startIndex: raw.startIndex === undefined ? undefined : Math.max(1, raw.startIndex),
    count: raw.count === undefined ? undefined : Math.max(0, raw.count),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** The error for a number of a list query that is none. */
export function notAnInteger(name: 'startIndex' | 'count', value: string): InvalidValueError | InvalidCountError {
  const detail = `${name} must be an integer, not ${showValue(value)}`;
  return name === 'count' ? new InvalidCountError(detail) : new InvalidValueError(detail);
}

function checkTexts({
  filter,
  sortBy,
  sortOrder,
  cursor,
  attributes = [],
  excludedAttributes = [],
}: RawListQuery): void {
  if (filter !== undefined && !isSearchable(filter)) {
    throw new InvalidFilterError('filter holds NUL or half of a surrogate pair: remove it');
  }
  for (const text of [sortBy, sortOrder, cursor, ...attributes, ...excludedAttributes]) {
    if (text === undefined || isSearchable(text)) continue;
    throw new InvalidValueError(`${showValue(text)} holds NUL or half of a surrogate pair: remove it`);
  }
}

function isSearchable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
