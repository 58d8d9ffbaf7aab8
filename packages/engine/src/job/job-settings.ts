import type { PlanLimits } from '../guard/guard.ts';
import type { OutOfScopePolicy } from '../plan/plan-object.ts';
import type { ScopeSetting } from '../scope/read-scope.ts';

/** What an administrator decides about a job besides its schema. */
export interface JobSettings {
  /** `assigned`: only assigned users and groups, and direct members of assigned groups. */
  readonly scope: ScopeSetting;
  /** What happens to an object that leaves scope while the source still has it. */
  readonly outOfScope: OutOfScopePolicy;
  /** Most operations of a kind in one cycle; a plan beyond one of them writes nothing. */
  readonly limits: PlanLimits;
}

export const DEFAULT_JOB_SETTINGS: JobSettings = { scope: 'assigned', outOfScope: 'disable', limits: {} };
