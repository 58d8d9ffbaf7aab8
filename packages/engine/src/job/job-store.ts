import { type Queryable, sql, statement } from '@rollcall/storage';
import type { JobSchema } from '../map/job-schema.ts';
import type { JobSettings } from './job-settings.ts';
import { NotFoundError } from './not-found-error.ts';
import { pageOfRows, type RowPage } from './row-page.ts';

/** Source -> application: what is synchronised, and how. */
export interface Job {
  readonly tenant: string;
  readonly id: string;
  readonly applicationId: string;
  readonly sourceId: string;
  readonly schema: JobSchema;
  readonly settings: JobSettings;
  /** "Provisioning Status" of the portal. */
  readonly status: 'on' | 'off';
  /** When the first cycle was completed. */
  readonly initialCompletedAt: Date | null;
}

export interface JobToStore extends Omit<Job, 'initialCompletedAt'> {
  readonly now: Date;
}

/** Stores a job; one with the same id is replaced, except for where it reads from and writes to. */
export async function upsertJob(tx: Queryable, job: JobToStore): Promise<void> {
  const { tenant, id, applicationId, sourceId, schema, settings, status, now } = job;
  await tx.query(
    statement(sql`
      insert into job (tenant, id, application_id, source_id, schema, settings, status, created_at, updated_at)
      values (${tenant}, ${id}, ${applicationId}, ${sourceId}, ${JSON.stringify(schema)}::jsonb,
        ${JSON.stringify(settings)}::jsonb, ${status}, ${now}, ${now})
      on conflict (tenant, id) do update set
        schema = excluded.schema, settings = excluded.settings, status = excluded.status,
        updated_at = excluded.updated_at`),
  );
}

/** @throws {NotFoundError} the tenant has no such job */
export async function getJob(tx: Queryable, tenant: string, id: string): Promise<Job> {
  const { rows } = await tx.query<Job>(
    statement(sql`
      select ${jobColumns}
      from job where tenant = ${tenant} and id = ${id}`),
  );
  const [job] = rows;
  if (job === undefined) throw new NotFoundError('job', id);
  return job;
}

export async function listJobRows(tx: Queryable, tenant: string, page: RowPage): Promise<readonly Job[]> {
  const { rows } = await tx.query<Job>(
    statement(sql`select ${jobColumns} from job ${pageOfRows('job', tenant, page)}`),
  );
  return rows;
}

const jobColumns = sql`
  tenant, id, application_id as "applicationId", source_id as "sourceId", schema, settings, status,
  initial_completed_at as "initialCompletedAt"`;
