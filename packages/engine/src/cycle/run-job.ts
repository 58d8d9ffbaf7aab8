import type { EvaluationContext } from '@rollcall/expressions';
import { PacedTarget } from '../apply/paced-target.ts';
import { connectSource, connectTarget } from '../job/connections.ts';
import type { Job } from '../job/job-store.ts';
import { OperationNumbers } from '../ledger/operation-store.ts';
import { compileSchema } from '../map/compile-schema.ts';
import type { EnginePorts } from '../ports.ts';
import type { CycleProgress } from './cycle.ts';
import type { CycleKey } from './cycle-handle.ts';
import { addRequests } from './cycle-store.ts';
import { type CycleOwner, type OpenCycle, openCycle } from './open-cycle.ts';
import { runStages } from './run-cycle.ts';

export interface RunJobOptions extends EnginePorts {
  readonly leaseMs: number;
  readonly resumeWithinMs: number;
  readonly soleProcess: boolean;
}

export interface RunJobInput {
  readonly job: Job;
  readonly owner: CycleOwner;
  readonly signal?: AbortSignal;
  onProgress?(progress: CycleProgress): void;
}

/** Opens or takes over the job's cycle, runs it, and lets go of everything that it held. Answers which cycle it was. */
export async function runJob(options: RunJobOptions, input: RunJobInput): Promise<CycleKey> {
  const { tenant, id } = input.job;
  const { database, newId, clock, leaseMs, resumeWithinMs, soleProcess } = options;
  const opened = await openCycle({
    database,
    tenant,
    jobId: id,
    newCycleId: newId(),
    owner: input.owner,
    leaseMs,
    resumeWithinMs,
    soleProcess,
    now: clock.now(),
  });
  try {
    await runLeased(options, input, opened);
  } finally {
    await opened.handle.release();
  }
  return opened.handle.key;
}

/** Keeps the lease alive beside the work; the work stops when the lease is lost. */
async function runLeased(options: RunJobOptions, input: RunJobInput, opened: OpenCycle): Promise<void> {
  const ended = new AbortController();
  const lost = new AbortController();
  const keepingAlive = opened.handle
    .keepAlive(options.clock, ended.signal)
    .catch((reason: unknown) => lost.abort(reason));
  try {
    const signal = AbortSignal.any([lost.signal, ...(input.signal === undefined ? [] : [input.signal])]);
    await runConnected(options, input, opened, signal);
  } finally {
    ended.abort();
    await keepingAlive;
  }
}

async function runConnected(
  options: RunJobOptions,
  { job, onProgress }: RunJobInput,
  opened: OpenCycle,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random } = options;
  const source = await connectSource(options, { tenant: job.tenant, id: job.sourceId });
  const target = await connectTarget(options, { tenant: job.tenant, id: job.applicationId });
  const paced = new PacedTarget({ target, clock, signal, random });
  const run = {
    handle: opened.handle,
    job,
    schema: compileSchema(job.schema),
    target: paced,
    numbers: new OperationNumbers(opened.lastNumber),
    clock,
    evaluation: evaluationContext(options),
    signal,
    report: (progress: CycleProgress) => onProgress?.(progress),
  };
  try {
    await runStages(run, opened, source);
  } catch (error) {
    // A cycle that ended has counted them with its end: whoever sees it ended sees its requests.
    await addRequests(options.database, opened.handle.key, paced.requests);
    throw error;
  } finally {
    await target.close();
  }
}

function evaluationContext({ clock, newId, random }: EnginePorts): EvaluationContext {
  return {
    now: clock.now(),
    newGuid: newId,
    randomBelow: (bound) => Math.floor(random() * bound),
  };
}
