import { type Queryable, sql, statement } from '@rollcall/storage';
import { NotFoundError } from './not-found-error.ts';
import { pageOfRows, type RowPage } from './row-page.ts';

/** A directory that the engine reads, without its secret. */
export interface SourceRow {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  /** Which connector reads it: `csv`, `memory` … */
  readonly kind: string;
  /** The connector's own settings; never a secret. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

export interface SealedSource extends SourceRow {
  readonly secret: Buffer | null;
}

export async function insertSource(tx: Queryable, source: SealedSource): Promise<void> {
  const { tenant, id, name, kind, settings, secret, createdAt } = source;
  await tx.query(
    statement(sql`
      insert into source (tenant, id, name, kind, settings, secret, created_at)
      values (${tenant}, ${id}, ${name}, ${kind}, ${JSON.stringify(settings)}::jsonb, ${secret}, ${createdAt})`),
  );
}

/** @throws {NotFoundError} the tenant has no such source */
export async function getSource(tx: Queryable, tenant: string, id: string): Promise<SealedSource> {
  const { rows } = await tx.query<SealedSource>(
    statement(sql`
      select tenant, id, name, kind, settings, secret, created_at as "createdAt"
      from source where tenant = ${tenant} and id = ${id}`),
  );
  const [source] = rows;
  if (source === undefined) throw new NotFoundError('source', id);
  return source;
}

export async function listSourceRows(tx: Queryable, tenant: string, page: RowPage): Promise<readonly SourceRow[]> {
  const { rows } = await tx.query<SourceRow>(
    statement(sql`
      select tenant, id, name, kind, settings, created_at as "createdAt" from source
      ${pageOfRows('source', tenant, page)}`),
  );
  return rows;
}
