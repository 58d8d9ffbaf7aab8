export type { RequestContext } from './context.ts';
export { type Clock, systemClock } from './credentials/clock.ts';
export type { FailureBudgetOptions } from './credentials/credential-verifier.ts';
export type { BucketOptions } from './credentials/token-bucket.ts';
export type { ApiKey } from './keys/api-key.ts';
export type { ApiKeyPage, ApiKeyStore, CreatedApiKey, NewApiKey } from './keys/api-key-store.ts';
export {
  BOOTSTRAP_KEY_ID,
  BOOTSTRAP_KEY_LENGTH_MIN,
  type KeyAuthenticator,
  type KeyRequest,
  type KeyVerdict,
  type Principal,
} from './keys/key-authenticator.ts';
export { type CreateInput, createResource } from './resources/create.ts';
export { CursorCodec } from './resources/cursor.ts';
export { listResources } from './resources/list.ts';
export { represent } from './resources/represent.ts';
export { SCIM_LIMITS, type ScimLimits } from './routes/limits.ts';
export { scimPlugin } from './routes/scim-plugin.ts';
export type { ScimRequest } from './routes/scim-request.ts';
export type { ScimServices } from './routes/scim-services.ts';
export type { Policy, PolicyPreset } from './tenants/policy.ts';
export { type PolicyInput, policyFromInput } from './tenants/policy-input.ts';
export { DEFAULT_PRESET, POLICY_PRESETS } from './tenants/policy-presets.ts';
export { Refusal, type RefusalCode } from './tenants/refusal.ts';
export { SLUG_FORM } from './tenants/slug.ts';
export { createTenancy, RATE_LIMIT, type Tenancy, type TenancyOptions } from './tenants/tenancy.ts';
export type { Tenant } from './tenants/tenant.ts';
export type { NewTenant, TenantChange, TenantPage, TenantStore } from './tenants/tenant-store.ts';
export { TOKEN_SCOPES, type Token, type TokenScope, type TokenStatus } from './tokens/token.ts';
export type { AuthenticatedToken, TokenAuthenticator, TokenRequest } from './tokens/token-authenticator.ts';
export { ForbiddenError, TooManyRequestsError, UnauthorizedError } from './tokens/token-error.ts';
export { type Access, assertPermitted } from './tokens/token-scope.ts';
export type { CreatedToken, NewToken, TokenPage, TokenStore } from './tokens/token-store.ts';
export { HISTORY_MEMBERS_MAX, type HistoryEntry, type HistoryPage, listHistory } from './users/history-list.ts';
export type { AccountOrigin, UserAccount } from './users/user-account.ts';
export {
  type NewUserAccount,
  type UserAccountChange,
  type UserAccountPage,
  UserDirectory,
} from './users/user-directory.ts';
