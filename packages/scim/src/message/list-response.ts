import type { JsonObject } from '../resource/resource.ts';
import { LIST_RESPONSE_SCHEMA } from './urns.ts';

/** A page of a list that was asked for by index. @see RFC 7644 3.4.2, 3.4.2.4 */
export interface ListResponse {
  readonly schemas: readonly [typeof LIST_RESPONSE_SCHEMA];
  /** How many resources the whole list has. */
  readonly totalResults: number;
  /** The position of the page's first resource, from 1. */
  readonly startIndex: number;
  /** How many resources the page has. */
  readonly itemsPerPage: number;
  readonly Resources: readonly JsonObject[];
}

/** A page of a list that was asked for by cursor. @see RFC 9865 2 */
export interface CursorListResponse {
  readonly schemas: readonly [typeof LIST_RESPONSE_SCHEMA];
  /** Absent where the service provider does not count. */
  readonly totalResults?: number;
  readonly itemsPerPage: number;
  /** Absent on the last page. */
  readonly nextCursor?: string;
  /** Absent on the first page, and where the service provider cannot go back. */
  readonly previousCursor?: string;
  readonly Resources: readonly JsonObject[];
}

/** Makes a page by index. `Resources` is there even when empty: Entra looks for it. */
export function listResponse({
  totalResults,
  startIndex,
  resources,
}: {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly resources: readonly JsonObject[];
}): ListResponse {
  const schemas: ListResponse['schemas'] = [LIST_RESPONSE_SCHEMA];
  return { schemas, totalResults, startIndex, itemsPerPage: resources.length, Resources: resources };
}

/** Makes a page by cursor. */
export function cursorListResponse({
  totalResults,
  resources,
  nextCursor,
  previousCursor,
}: {
  readonly totalResults?: number | undefined;
  readonly resources: readonly JsonObject[];
  readonly nextCursor?: string | undefined;
  readonly previousCursor?: string | undefined;
}): CursorListResponse {
  return {
    schemas: [LIST_RESPONSE_SCHEMA],
    ...(totalResults !== undefined && { totalResults }),
    itemsPerPage: resources.length,
    ...(nextCursor !== undefined && { nextCursor }),
    ...(previousCursor !== undefined && { previousCursor }),
    Resources: resources,
  };
}
