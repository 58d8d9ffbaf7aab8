export { FakeDirectory } from './targets/fake-directory.ts';
export { FakeScimTarget, type FakeScimTargetOptions } from './targets/fake-scim-target.ts';
export type { Fault, FaultPlan, SeenRequest } from './targets/fault.ts';
