export { isLoopback } from './address-rules.ts';
export {
  type BuildUpdateOptions,
  buildCreate,
  buildDelete,
  buildMemberChange,
  buildUpdate,
  PATCH_OP_SCHEMA,
  resourcePath,
} from './dialects/build-requests.ts';
export type { MemberIds } from './dialects/dialect-rules.ts';
export { InvalidTargetAttributeError } from './dialects/target-attribute.ts';
export { judge, judgeList, type ListResult } from './outcome.ts';
export { completeProfile, DEFAULT_PROFILE } from './profiles/profile.ts';
export { openScimTarget, type ScimTargetOptions } from './scim-target.ts';
export type {
  AttributeChange,
  ConnectionTest,
  ConnectionTestStep,
  Dialect,
  FindResult,
  Outcome,
  Target,
  TargetList,
  TargetObject,
  TargetProfile,
  TargetRequest,
  TargetResourceType,
} from './target.ts';
export type { Exchange, TargetResponse, TransportFailure } from './target-response.ts';
