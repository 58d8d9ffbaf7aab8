export type { Attribute, AttributeType, Mutability, Returned, ScimSchema, Uniqueness } from './schema/attribute.ts';
export { COMMON_ATTRIBUTES } from './schema/common-attributes.ts';
export { GROUP_TYPE, USER_TYPE } from './schema/core-types.ts';
export { ENTERPRISE_USER_SCHEMA } from './schema/enterprise-user.ts';
export { GROUP_SCHEMA } from './schema/group.ts';
export {
  type AttributeName,
  findAttribute,
  findExtension,
  findExtensionAttribute,
  findSubAttribute,
  foldName,
  type ResolvedAttribute,
} from './schema/lookup.ts';
export type { ResourceType, SchemaExtension } from './schema/resource-type.ts';
export { USER_SCHEMA } from './schema/user.ts';
export { compareCodePoints } from './resource/code-points.ts';
export { canonicalDateTime } from './resource/date-time.ts';
export { foldText, foldValue, searchDocument } from './resource/fold.ts';
export { isHostileName } from './resource/hostile-name.ts';
export type { Json, JsonObject, Member, Resource } from './resource/resource.ts';
export { checkUserName } from './resource/user-name.ts';
export { normaliseElement, normaliseValue, type ValueOptions } from './resource/value.ts';
export * from './error.ts';
export { ALL_QUIRKS, QUIRKS, type Quirk, type QuirkUse } from './quirk.ts';
