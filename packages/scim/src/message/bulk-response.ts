import type { ErrorBody } from '../error.ts';
import type { JsonObject } from '../resource/resource.ts';
import { BULK_RESPONSE_SCHEMA } from './urns.ts';

/** What became of one operation. @see RFC 7644 3.7.3 */
export interface BulkResult {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly bulkId?: string | undefined;
  /** The resource's new entity tag. */
  readonly version?: string | undefined;
  /** The resource's address; absent only where a POST failed. */
  readonly location?: string | undefined;
  /** The HTTP status. */
  readonly status: number;
  /** The body that the operation alone would have had; required for errors. */
  readonly response?: JsonObject | ErrorBody | undefined;
}

/** The body of the reply to a bulk request. */
export interface BulkResponse {
  readonly schemas: readonly [typeof BULK_RESPONSE_SCHEMA];
  readonly Operations: readonly BulkResponseOperation[];
}

/** `BulkResult` as it is sent: the status as a string, as the standard's examples have it. */
export interface BulkResponseOperation extends Omit<BulkResult, 'status'> {
  readonly status: string;
}

/** Makes the reply to a bulk request; fields that are undefined are left out when it is written as JSON. */
export function bulkResponse(results: readonly BulkResult[]): BulkResponse {
  return {
    schemas: [BULK_RESPONSE_SCHEMA],
    Operations: results.map((result) => ({ ...result, status: String(result.status) })),
  };
}
