import { type Database, raw, sql, statement } from '@rollcall/storage';

/**
 * The tables that hold a tenant's rows, members before the groups that they hang on, so that no statement
 * cascades into a million rows. Rows of `tenant` itself go last.
 */
const TABLES = [
  'member',
  'unresolved_member',
  'resource',
  'deleted_resource',
  'resource_count',
  'provisioning_token',
  'api_key',
  ...['outbox', 'history_member', 'history'],
  // The engine's, what hangs on a row before the row.
  ...['escrow', 'operation', 'link_member', 'link', 'cycle', 'job', 'assignment', 'application'],
  ...['source_read_page', 'source_member', 'source_object', 'source'],
] as const;

/** These have no foreign key to the tenant: a write that was under way may have added to them. */
const UNTIED_TABLES = ['api_key', 'outbox', 'history_member', 'history'] as const;

const ROWS_PER_STATEMENT = 5_000;

/**
 * Deletes every row of a tenant, in pieces that are each short enough for a statement's time limit. History
 * goes as well: a later tenant of the same slug must not inherit it.
 */
export async function eraseTenant(database: Database, slug: string): Promise<void> {
  for (const table of TABLES) await emptyTable(database, table, slug);
  await database.query(statement(sql`delete from tenant where tenant = ${slug}`));
  for (const table of UNTIED_TABLES) await emptyTable(database, table, slug);
}

async function emptyTable(database: Database, table: string, slug: string): Promise<void> {
  let deleted = ROWS_PER_STATEMENT;
  while (deleted === ROWS_PER_STATEMENT) {
    const result = await database.query(deleteSome(table, slug));
    deleted = result.rowCount;
  }
}

const deleteSome = (table: string, slug: string) =>
  statement(
    sql`delete from ${raw(table)} where ctid = any(array(
          select ctid from ${raw(table)} where tenant = ${slug} limit ${ROWS_PER_STATEMENT}))
        and tenant = ${slug}`,
  );
