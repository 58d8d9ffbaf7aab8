import type { EvaluationContext } from '@rollcall/expressions';
import type { PacedTarget } from '../apply/paced-target.ts';
import type { JobSettings } from '../job/job-settings.ts';
import type { OperationNumbers } from '../ledger/operation-store.ts';
import type { CompiledSchema } from '../map/compile-schema.ts';
import type { Clock } from '../ports.ts';
import type { CycleProgress } from './cycle.ts';
import type { CycleHandle } from './cycle-handle.ts';

/** What the stages of one cycle share. */
export interface CycleRun {
  readonly handle: CycleHandle;
  readonly job: RunningJob;
  readonly schema: CompiledSchema;
  readonly target: PacedTarget;
  readonly numbers: OperationNumbers;
  readonly clock: Clock;
  readonly evaluation: EvaluationContext;
  readonly signal: AbortSignal;
  report(progress: CycleProgress): void;
}

export interface RunningJob {
  readonly tenant: string;
  readonly id: string;
  readonly sourceId: string;
  readonly applicationId: string;
  readonly settings: JobSettings;
}
