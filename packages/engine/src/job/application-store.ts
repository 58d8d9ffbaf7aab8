import { type Queryable, sql, statement } from '@rollcall/storage';
import type { TargetProfile } from '@rollcall/targets';
import { NotFoundError } from './not-found-error.ts';
import { pageOfRows, type RowPage } from './row-page.ts';

/** A target of the engine, without its secret token. */
export interface ApplicationRow {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly tenantUrl: string;
  /** What differs from the default profile. */
  readonly profile: Partial<TargetProfile>;
  readonly createdAt: Date;
}

export interface SealedApplication extends ApplicationRow {
  readonly secretToken: Buffer;
}

export async function insertApplication(tx: Queryable, application: SealedApplication): Promise<void> {
  const { tenant, id, name, tenantUrl, secretToken, profile, createdAt } = application;
  await tx.query(
    statement(sql`
      insert into application (tenant, id, name, tenant_url, secret_token, profile, created_at)
      values (${tenant}, ${id}, ${name}, ${tenantUrl}, ${secretToken}, ${JSON.stringify(profile)}::jsonb, ${createdAt})`),
  );
}

/** @throws {NotFoundError} the tenant has no such application */
export async function getApplication(tx: Queryable, tenant: string, id: string): Promise<SealedApplication> {
  const { rows } = await tx.query<SealedApplication>(
    statement(sql`
      select tenant, id, name, tenant_url as "tenantUrl", secret_token as "secretToken", profile,
        created_at as "createdAt"
      from application where tenant = ${tenant} and id = ${id}`),
  );
  const [application] = rows;
  if (application === undefined) throw new NotFoundError('application', id);
  return application;
}

export async function listApplicationRows(
  tx: Queryable,
  tenant: string,
  page: RowPage,
): Promise<readonly ApplicationRow[]> {
  const { rows } = await tx.query<ApplicationRow>(
    statement(sql`
      select tenant, id, name, tenant_url as "tenantUrl", profile, created_at as "createdAt" from application
      ${pageOfRows('application', tenant, page)}`),
  );
  return rows;
}

/** Replaces an application's name, address and secret token. */
export async function updateApplicationRow(tx: Queryable, application: SealedApplication): Promise<void> {
  const { tenant, id, name, tenantUrl, secretToken, profile } = application;
  await tx.query(
    statement(sql`
      update application set name = ${name}, tenant_url = ${tenantUrl}, secret_token = ${secretToken},
        profile = ${JSON.stringify(profile)}::jsonb
      where tenant = ${tenant} and id = ${id}`),
  );
}
