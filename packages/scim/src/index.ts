export { type BulkStep, planBulk } from './bulk/order.ts';
export { bulkIdsIn, referredBulkId, replaceBulkIds } from './bulk/references.ts';
export * from './error.ts';
export { evaluateElementFilter, evaluateFilter } from './filter/evaluate.ts';
export {
  type CompareFilter,
  type CompareOperator,
  type Filter,
  joinFilters,
  NOTHING,
  notFilter,
} from './filter/filter.ts';
export { DEFAULT_FILTER_LIMITS, type FilterLimits } from './filter/limits.ts';
export { parseFilter } from './filter/parse.ts';
export { printFilter, printFilterSyntax, quoteFilterValue } from './filter/print.ts';
export { type ResolveFilterOptions, resolveFilter } from './filter/resolve.ts';
export {
  COMPARISON_WORDS,
  type ComparisonWord,
  type FilterSyntax,
  type Literal,
  type Operand,
} from './filter/syntax.ts';
export { DEFAULT_JSON_LIMITS, parseJson, parseJsonObject } from './json/parse.ts';
export type { JsonLimits } from './json/scan.ts';
export * from './message/bulk-request.ts';
export * from './message/bulk-response.ts';
export type { ListQuery } from './message/list-query.ts';
export * from './message/list-response.ts';
export { parseQueryParameters, parseSearchRequest } from './message/search-request.ts';
export * from './message/urns.ts';
export { applyPatch, type PatchInput } from './patch/apply.ts';
export type { AttributeChange, PatchResult } from './patch/draft.ts';
export type { MemberDelta } from './patch/members.ts';
export { type ParsePatchOptions, parsePatch } from './patch/parse.ts';
export type { PatchOperation, PatchOperationName, PatchRequest } from './patch/patch-operation.ts';
export { sameJson } from './patch/same-json.ts';
export { type PatchPath, parsePath } from './path/parse.ts';
export { type PatchTarget, resolvePath } from './path/resolve.ts';
export { ALL_QUIRKS, QUIRKS, type Quirk, type QuirkUse } from './quirk.ts';
export { checkPrimary, checkResource, schemasInUse } from './resource/check.ts';
export { compareCodePoints } from './resource/code-points.ts';
export { canonicalDateTime } from './resource/date-time.ts';
export { foldText, foldValue, searchDocument } from './resource/fold.ts';
export { isHostileName } from './resource/hostile-name.ts';
export { membersAttribute, readMembers } from './resource/members.ts';
export { project } from './resource/project.ts';
export {
  findByText,
  Projection,
  type ProjectionOptions,
  type ProjectionRequest,
  parseProjection,
} from './resource/projection.ts';
export type { Json, JsonObject, Member, Resource } from './resource/resource.ts';
export { shorten, showValue } from './resource/shown-value.ts';
export {
  compareResources,
  compareSortValues,
  parseSort,
  type Sort,
  type SortValue,
  sortValue,
} from './resource/sort.ts';
export { checkUserName } from './resource/user-name.ts';
export { type ValidatedResource, validateResource } from './resource/validate.ts';
export { normaliseElement, normaliseValue, type ValueOptions } from './resource/value.ts';
export type { Attribute, AttributeType, Mutability, Returned, ScimSchema, Uniqueness } from './schema/attribute.ts';
export { COMMON_ATTRIBUTES } from './schema/common-attributes.ts';
export { GROUP_TYPE, USER_TYPE } from './schema/core-types.ts';
export { RESOURCE_TYPE_SCHEMA, SCHEMA_SCHEMA, SERVICE_PROVIDER_CONFIG_SCHEMA } from './schema/discovery-schemas.ts';
export {
  type AuthenticationScheme,
  type PaginationConfig,
  resourceTypeDocument,
  type ServiceProviderConfig,
  schemaDocument,
  serviceProviderConfigDocument,
} from './schema/documents.ts';
export { ENTERPRISE_USER_SCHEMA } from './schema/enterprise-user.ts';
export { extensionAttribute, subAttributePath } from './schema/extension-attribute.ts';
export { GROUP_SCHEMA } from './schema/group.ts';
export {
  type AttributeName,
  findAttribute,
  findCoreAttribute,
  findExtension,
  findExtensionAttribute,
  findNamed,
  findSubAttribute,
  foldName,
  type ResolvedAttribute,
} from './schema/lookup.ts';
export type { ResourceType, SchemaExtension } from './schema/resource-type.ts';
export { USER_SCHEMA } from './schema/user.ts';
