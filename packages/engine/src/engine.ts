import type { Database } from '@rollcall/storage';
import { completeProfile, type TargetProfile } from '@rollcall/targets';
import { countCycle } from './cycle/count-cycle.ts';
import type { Cycle, CycleCounts, CycleProgress } from './cycle/cycle.ts';
import type { CycleKey } from './cycle/cycle-handle.ts';
import { getCycleRow, listCycleRows } from './cycle/cycle-store.ts';
import { type RunJobOptions, runJob, secretTokenPlace, sourceSecretPlace } from './cycle/run-job.ts';
import { type EscrowedObject, listEscrow } from './escrow/list-escrow.ts';
import { type ApplicationRow, getApplication, insertApplication } from './job/application-store.ts';
import { type AssignmentChange, deleteAssignments, insertAssignments } from './job/assignment-store.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from './job/job-settings.ts';
import { getJob, type Job, upsertJob } from './job/job-store.ts';
import { getSource, insertSource, type SourceRow } from './job/source-store.ts';
import { type LedgerOperation, listOperations, type OperationPage } from './ledger/list-operations.ts';
import { compileSchema } from './map/compile-schema.ts';
import type { JobSchema } from './map/job-schema.ts';
import type { EnginePorts } from './ports.ts';

export interface EngineOptions extends EnginePorts {
  /** A run that says nothing for so long may be taken over by another process. Default 60,000. */
  readonly leaseMs?: number;
  /** An interrupted cycle that began longer ago is given up, not resumed. Default one hour. */
  readonly resumeWithinMs?: number;
  /** No other process works on this database: what an earlier one left is taken over at once. */
  readonly soleProcess?: boolean;
}

const DEFAULT_LEASE_MS = 60_000;
const DEFAULT_RESUME_WITHIN_MS = 60 * 60_000;

export interface NewSource {
  readonly tenant: string;
  readonly name: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret?: string;
}

export interface NewApplication {
  readonly tenant: string;
  readonly name: string;
  readonly tenantUrl: string;
  readonly secretToken: string;
  /** What differs from the default profile. */
  readonly profile?: Partial<TargetProfile>;
}

export interface JobToSave {
  readonly tenant: string;
  /** Absent for a new job. */
  readonly id?: string;
  readonly applicationId: string;
  readonly sourceId: string;
  readonly schema: JobSchema;
  /** What differs from the default settings. */
  readonly settings?: Partial<JobSettings>;
  readonly status?: Job['status'];
}

export interface RunCycleInput {
  readonly tenant: string;
  readonly jobId: string;
  /** Stops between two objects. The cycle stays as it is, and the next run goes on with it. */
  readonly signal?: AbortSignal;
  onProgress?(progress: CycleProgress): void;
}

/** A cycle with what the ledger says it has done. */
export interface CycleReport extends Cycle {
  readonly counts: CycleCounts;
}

/**
 * The provisioning engine: sources, applications, jobs and their cycles.
 *
 * It holds no state besides the database: any process may run any job, one at a time.
 */
export class Engine {
  readonly #options: RunJobOptions;
  readonly #database: Database;
  readonly #processId: string;

  constructor(options: EngineOptions) {
    this.#options = {
      leaseMs: DEFAULT_LEASE_MS,
      resumeWithinMs: DEFAULT_RESUME_WITHIN_MS,
      soleProcess: false,
      ...options,
    };
    this.#database = options.database;
    this.#processId = options.newId();
  }

  /** Adds a directory to read. Its secret is sealed and never given out. */
  async createSource({ tenant, name, kind, settings, secret }: NewSource): Promise<SourceRow> {
    const { newId, clock, secrets } = this.#options;
    const row = { tenant, id: newId(), name, kind, settings, createdAt: clock.now() };
    const sealed = secret === undefined ? null : await secrets.seal(secret, sourceSecretPlace(tenant, row.id));
    await insertSource(this.#database, { ...row, secret: sealed });
    return row;
  }

  /**
   * Adds an application to provision. Its secret token is sealed and never given out.
   *
   * @throws {TypeError} the profile would stop or unbound the client
   */
  async createApplication(input: NewApplication): Promise<ApplicationRow> {
    const { tenant, name, tenantUrl, secretToken, profile = {} } = input;
    const { newId, clock, secrets } = this.#options;
    completeProfile(profile);
    const row = { tenant, id: newId(), name, tenantUrl, profile, createdAt: clock.now() };
    const sealed = await secrets.seal(secretToken, secretTokenPlace(tenant, row.id));
    await insertApplication(this.#database, { ...row, secretToken: sealed });
    return row;
  }

  /**
   * Saves a job as one document: schema, settings and status. Nothing is saved when the schema has a problem.
   *
   * @throws {JobSchemaError} with every problem of the schema
   * @throws {NotFoundError} the tenant has no such source or application
   */
  async saveJob(input: JobToSave): Promise<Job> {
    const { tenant, applicationId, sourceId, schema, status = 'on' } = input;
    compileSchema(schema);
    const id = input.id ?? this.#options.newId();
    const settings = { ...DEFAULT_JOB_SETTINGS, ...input.settings };
    return this.#database.transaction(async (tx) => {
      await getSource(tx, tenant, sourceId);
      await getApplication(tx, tenant, applicationId);
      const now = this.#options.clock.now();
      await upsertJob(tx, { tenant, id, applicationId, sourceId, schema, settings, status, now });
      return getJob(tx, tenant, id);
    });
  }

  async getJob({ tenant, jobId }: Pick<CycleKey, 'tenant' | 'jobId'>): Promise<Job> {
    return getJob(this.#database, tenant, jobId);
  }

  /** Assigns users and groups of the source to an application; they are in scope from the next cycle on. */
  async assign(change: AssignmentChange): Promise<void> {
    await insertAssignments(this.#database, change, this.#options.clock.now());
  }

  /** Takes assignments away; whoever is in scope by nothing else leaves it with the next cycle. */
  async unassign(change: AssignmentChange): Promise<void> {
    await deleteAssignments(this.#database, change);
  }

  /**
   * Runs the job's next cycle to its end, or goes on with the one that was interrupted.
   *
   * A cycle that fails or is held by the guard is answered, not thrown: its `state` and `error` say so.
   *
   * @throws {CycleRunningError} the job's cycle is under way elsewhere
   * @throws the signal's reason, when it stopped the run
   */
  async runCycle({ tenant, jobId, signal, onProgress }: RunCycleInput): Promise<CycleReport> {
    const job = await getJob(this.#database, tenant, jobId);
    const owner = { processId: this.#processId, runId: this.#options.newId() };
    const key = await runJob(this.#options, {
      job,
      owner,
      ...(signal !== undefined && { signal }),
      ...(onProgress !== undefined && { onProgress }),
    });
    return this.getCycle(key);
  }

  /** @throws {NotFoundError} the job has no such cycle */
  async getCycle(key: CycleKey): Promise<CycleReport> {
    const cycle = await getCycleRow(this.#database, key);
    return { ...cycle, counts: await countCycle(this.#database, key) };
  }

  /** The job's cycles, the latest first. */
  async listCycles(job: Pick<CycleKey, 'tenant' | 'jobId'>, { limit }: { limit: number }): Promise<readonly Cycle[]> {
    return listCycleRows(this.#database, job, limit);
  }

  /** A page of a cycle's ledger. */
  async listOperations(key: CycleKey, page: OperationPage): Promise<readonly LedgerOperation[]> {
    return listOperations(this.#database, key, page);
  }

  /** Objects of a job whose last operation failed. */
  async listEscrow(
    job: Pick<CycleKey, 'tenant' | 'jobId'>,
    { limit }: { limit: number },
  ): Promise<readonly EscrowedObject[]> {
    return listEscrow(this.#database, { ...job, limit });
  }
}
