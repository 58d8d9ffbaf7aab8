/** What one request may cost. Told to clients in ServiceProviderConfig where the standard has a place for it. */
export interface ScimLimits {
  readonly bodyBytesMax: number;
  readonly bulkBodyBytesMax: number;
  readonly bulkOperationsMax: number;
  readonly jsonDepthMax: number;
  readonly pageSizeDefault: number;
  readonly pageSizeMax: number;
}

export const SCIM_LIMITS: ScimLimits = {
  bodyBytesMax: 1_048_576,
  bulkBodyBytesMax: 4 * 1_048_576,
  bulkOperationsMax: 1_000,
  jsonDepthMax: 32,
  pageSizeDefault: 100,
  pageSizeMax: 1_000,
};
