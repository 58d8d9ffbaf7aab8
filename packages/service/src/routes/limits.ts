/** What one request may cost. Told to clients in ServiceProviderConfig where the standard has a place for it. */
export interface ScimLimits {
  readonly bodyBytesMax: number;
  readonly bulkBodyBytesMax: number;
  readonly bulkOperationsMax: number;
  /** After so long the operations of a bulk request that are left are refused. Other requests are a few statements, each bounded by itself. */
  readonly requestTimeMsMax: number;
  readonly jsonDepthMax: number;
  readonly pageSizeDefault: number;
  readonly pageSizeMax: number;
}

export const SCIM_LIMITS: ScimLimits = {
  bodyBytesMax: 1_048_576,
  bulkBodyBytesMax: 4 * 1_048_576,
  bulkOperationsMax: 1_000,
  requestTimeMsMax: 30_000,
  jsonDepthMax: 32,
  pageSizeDefault: 100,
  pageSizeMax: 1_000,
};
