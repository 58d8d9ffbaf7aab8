import { type Fragment, raw, sql } from '@rollcall/storage';

/** A page of a tenant's sources, applications or jobs, in the order of their making. */
export interface RowPage {
  readonly limit: number;
  /** Id of the last row of the page before. */
  readonly after?: string | undefined;
}

/** The rows of a table after the page's beginning, and the page's order and length. */
export function pageOfRows(
  table: 'source' | 'application' | 'job',
  tenant: string,
  { limit, after }: RowPage,
): Fragment {
  const rest =
    after === undefined
      ? raw('')
      : sql`and (created_at, id) > (select created_at, id from ${raw(table)} where tenant = ${tenant} and id = ${after})`;
  return sql`where tenant = ${tenant} ${rest} order by created_at, id limit ${limit}`;
}
