import type { EvaluationContext } from '@rollcall/expressions';
import type { Source } from '@rollcall/sources';
import { sealContext } from '@rollcall/storage';
import { completeProfile, type Target } from '@rollcall/targets';
import { PacedTarget } from '../apply/paced-target.ts';
import { getApplication } from '../job/application-store.ts';
import type { Job } from '../job/job-store.ts';
import { getSource } from '../job/source-store.ts';
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

/** The place of a source's secret, which binds the sealed value to its row. */
export const sourceSecretPlace = (tenant: string, id: string): string =>
  sealContext({ tenant, table: 'source', column: 'secret', row: id });

/** The place of an application's secret token. */
export const secretTokenPlace = (tenant: string, id: string): string =>
  sealContext({ tenant, table: 'application', column: 'secret_token', row: id });

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
  const source = await connectSource(options, job);
  const target = await connectTarget(options, job);
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
  } finally {
    await target.close();
    await addRequests(options.database, opened.handle.key, paced.requests);
  }
}

async function connectSource({ database, secrets, openSource }: RunJobOptions, job: Job): Promise<Source> {
  const { tenant, id, kind, settings, secret } = await getSource(database, job.tenant, job.sourceId);
  const opened = secret === null ? undefined : await secrets.open(secret, sourceSecretPlace(tenant, id));
  return openSource({ kind, settings, ...(opened !== undefined && { secret: opened }) });
}

async function connectTarget({ database, secrets, openTarget }: RunJobOptions, job: Job): Promise<Target> {
  const { tenant, id, tenantUrl, secretToken, profile } = await getApplication(database, job.tenant, job.applicationId);
  return openTarget({
    tenantUrl,
    secretToken: await secrets.open(secretToken, secretTokenPlace(tenant, id)),
    profile: completeProfile(profile),
  });
}

function evaluationContext({ clock, newId, random }: EnginePorts): EvaluationContext {
  return {
    now: clock.now(),
    newGuid: newId,
    randomBelow: (bound) => Math.floor(random() * bound),
  };
}
