import type { SourceReference, SourceTest } from '@rollcall/sources';
import type { Database } from '@rollcall/storage';
import { type ConnectionTest, completeProfile, type TargetProfile } from '@rollcall/targets';
import { countCycle } from './cycle/count-cycle.ts';
import type { Cycle, CycleCounts, CycleProgress } from './cycle/cycle.ts';
import type { CycleKey } from './cycle/cycle-handle.ts';
import { getCycleRow, listCycleRows } from './cycle/cycle-store.ts';
import { giveUpCycle, listInterrupted } from './cycle/interrupted-cycles.ts';
import { beginCycle } from './cycle/open-cycle.ts';
import { readProgress } from './cycle/read-progress.ts';
import { type RunJobOptions, runJob } from './cycle/run-job.ts';
import { type EscrowedObject, listEscrow } from './escrow/list-escrow.ts';
import {
  type ApplicationRow,
  getApplication,
  insertApplication,
  listApplicationRows,
  type SealedApplication,
  updateApplicationRow,
} from './job/application-store.ts';
import {
  type AssignmentChange,
  type AssignmentPage,
  deleteAssignments,
  insertAssignments,
  listAssignmentRows,
} from './job/assignment-store.ts';
import { connectSource, connectTarget, secretTokenPlace, sourceSecretPlace } from './job/connections.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from './job/job-settings.ts';
import { getJob, type Job, listJobRows, upsertJob } from './job/job-store.ts';
import type { RowPage } from './job/row-page.ts';
import { getSource, insertSource, listSourceRows, type SourceRow } from './job/source-store.ts';
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
  readonly progress: CycleProgress;
}

export interface ApplicationKey {
  readonly tenant: string;
  readonly applicationId: string;
}

export interface ApplicationChange extends ApplicationKey {
  readonly name?: string | undefined;
  readonly tenantUrl?: string | undefined;
  readonly secretToken?: string | undefined;
  readonly profile?: Partial<TargetProfile> | undefined;
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

  /** A tenant's sources, the oldest first. */
  async listSources(tenant: string, page: RowPage): Promise<readonly SourceRow[]> {
    return listSourceRows(this.#database, tenant, page);
  }

  /** Whether a source can be read. @throws {NotFoundError} and what the connector refuses */
  async testSource({ tenant, sourceId }: { readonly tenant: string; readonly sourceId: string }): Promise<SourceTest> {
    return (await connectSource(this.#options, { tenant, id: sourceId })).test();
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

  /** A tenant's applications, the oldest first. */
  async listApplications(tenant: string, page: RowPage): Promise<readonly ApplicationRow[]> {
    return listApplicationRows(this.#database, tenant, page);
  }

  /** @throws {NotFoundError} the tenant has no such application */
  async getApplication({ tenant, applicationId }: ApplicationKey): Promise<ApplicationRow> {
    return withoutToken(await getApplication(this.#database, tenant, applicationId));
  }

  /**
   * Changes what is named of an application. A new address needs the secret token anew: whoever may enter an
   * address must not be able to send it a token that somebody else has entered.
   *
   * @throws {NotFoundError} the tenant has no such application
   * @throws {TypeError} the address changes without a token, or the profile would stop or unbound the client
   */
  async updateApplication(change: ApplicationChange): Promise<ApplicationRow> {
    const { tenant, applicationId: id, secretToken } = change;
    const sealed =
      secretToken === undefined
        ? undefined
        : await this.#options.secrets.seal(secretToken, secretTokenPlace(tenant, id));
    return this.#database.transaction(async (tx) => {
      const current = await getApplication(tx, tenant, id);
      const changed = changedApplication(current, change, sealed);
      await updateApplicationRow(tx, changed);
      return withoutToken(changed);
    });
  }

  /**
   * Test Connection: asks the application for a user and a group that cannot be there.
   *
   * @throws {NotFoundError} the tenant has no such application
   */
  async testConnection({ tenant, applicationId }: ApplicationKey): Promise<ConnectionTest> {
    const target = await connectTarget(this.#options, { tenant, id: applicationId });
    try {
      return await target.test(TEST_MATCHING);
    } finally {
      await target.close();
    }
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

  /** A tenant's jobs, the oldest first. */
  async listJobs(tenant: string, page: RowPage): Promise<readonly Job[]> {
    return listJobRows(this.#database, tenant, page);
  }

  /** Assigns users and groups of the source to an application; they are in scope from the next cycle on. */
  async assign(change: AssignmentChange): Promise<void> {
    await getApplication(this.#database, change.tenant, change.applicationId);
    await insertAssignments(this.#database, change, this.#options.clock.now());
  }

  /** Takes assignments away; whoever is in scope by nothing else leaves it with the next cycle. */
  async unassign(change: AssignmentChange): Promise<void> {
    await getApplication(this.#database, change.tenant, change.applicationId);
    await deleteAssignments(this.#database, change);
  }

  /** A page of what is assigned to an application, in order of type and id. */
  async listAssignments(page: AssignmentPage): Promise<readonly SourceReference[]> {
    await getApplication(this.#database, page.tenant, page.applicationId);
    return listAssignmentRows(this.#database, page);
  }

  /**
   * Begins the job's next cycle without running it: `runCycle` does, here or in another process.
   *
   * @throws {NotFoundError} the tenant has no such job
   * @throws {CycleRunningError} the job has a cycle that has not ended
   */
  async beginCycle({ tenant, jobId }: Pick<CycleKey, 'tenant' | 'jobId'>): Promise<CycleKey> {
    await getJob(this.#database, tenant, jobId);
    const { newId, clock } = this.#options;
    const owner = { processId: this.#processId, runId: newId() };
    return beginCycle({ ...this.#options, tenant, jobId, newCycleId: newId(), owner, now: clock.now() });
  }

  /** Cycles of all tenants that nobody runs: begun and waiting, or their process has ended. */
  async listInterrupted({ limit }: { readonly limit: number }): Promise<readonly CycleKey[]> {
    const { soleProcess } = this.#options;
    return listInterrupted(this.#database, { processId: this.#processId, soleProcess, limit });
  }

  /**
   * Ends a cycle that cannot be run, as failed with the reason. Answers false for one that has ended or that
   * somebody runs.
   */
  async giveUpCycle(key: CycleKey, reason: string): Promise<boolean> {
    return this.#database.transaction(async (tx) => giveUpCycle(tx, key, reason, this.#options.clock.now()));
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
    const counts = await countCycle(this.#database, key);
    return { ...cycle, counts, progress: await readProgress(this.#database, key, cycle) };
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

/** What the guide's schema matches on. */
const TEST_MATCHING = { user: 'externalId', group: 'externalId' };

function changedApplication(
  current: SealedApplication,
  { name, tenantUrl, profile }: ApplicationChange,
  secretToken: Buffer | undefined,
): SealedApplication {
  if (secretToken === undefined && tenantUrl !== undefined && tenantUrl !== current.tenantUrl) {
    throw new TypeError('a new tenant URL needs the secret token anew');
  }
  const changed = {
    ...current,
    name: name ?? current.name,
    tenantUrl: tenantUrl ?? current.tenantUrl,
    profile: profile ?? current.profile,
    secretToken: secretToken ?? current.secretToken,
  };
  completeProfile(changed.profile);
  return changed;
}

function withoutToken({ secretToken: _, ...application }: SealedApplication): ApplicationRow {
  return application;
}
