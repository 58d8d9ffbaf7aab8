export {
  type Cycle,
  type CycleCounts,
  CycleFailedError,
  type CycleProgress,
  CycleRunningError,
  type CycleStage,
  type CycleState,
  LeaseLostError,
  type MemberCounts,
  type ObjectCounts,
} from './cycle/cycle.ts';
export type { CycleKey } from './cycle/cycle-handle.ts';
export {
  type ApplicationChange,
  type ApplicationKey,
  type CycleReport,
  Engine,
  type EngineOptions,
  type JobToSave,
  type NewApplication,
  type NewSource,
  type RunCycleInput,
} from './engine.ts';
export type { EscrowedObject } from './escrow/list-escrow.ts';
export type { PlanLimits } from './guard/guard.ts';
export type { ApplicationRow } from './job/application-store.ts';
export type { AssignmentChange, AssignmentPage } from './job/assignment-store.ts';
export { DEFAULT_JOB_SETTINGS, type JobSettings } from './job/job-settings.ts';
export type { Job } from './job/job-store.ts';
export { NotFoundError } from './job/not-found-error.ts';
export type { RowPage } from './job/row-page.ts';
export type { SourceRow } from './job/source-store.ts';
export type { LedgerOperation, OperationPage } from './ledger/list-operations.ts';
export type { Acknowledgement, ErrorCode, MatchingValue, OperationKind, Phase } from './ledger/operation.ts';
export { ACTIVE_EXPRESSION, type GuideSchemaOptions, guideSchema } from './map/guide-schema.ts';
export type {
  AttributeDefinition,
  AttributeLists,
  AttributeMapping,
  AttributeType,
  FlowType,
  JobSchema,
  MappingSource,
  ObjectMapping,
} from './map/job-schema.ts';
export { DEFAULT_SOURCE_ATTRIBUTES } from './map/source-attributes.ts';
export { findProblems, JobSchemaError, type SchemaProblem } from './map/validate-schema.ts';
export type { OutOfScopePolicy } from './plan/plan-object.ts';
export type { Clock, EnginePorts, SecretBox, SourceConnection, TargetConnection } from './ports.ts';
export type { ScopeSetting } from './scope/read-scope.ts';
export { SYSTEM_CLOCK, SYSTEM_PORTS } from './system-ports.ts';
