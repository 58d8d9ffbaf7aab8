import type { Database, Queryable } from './database.ts';
import { type Secrets, sealContext } from './secrets.ts';
import { type Fragment, join, raw, sql, statement } from './sql.ts';

/** A column whose values `Secrets` sealed. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key after `tenant`, in the order of the table. */
  readonly keyColumns: readonly string[];
}

/**
 * Every sealed column of the database. A migration that adds one adds it here: a test fails for a `bytea` column
 * that is neither here nor named as something else.
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'source', column: 'secret', keyColumns: ['id'] },
  { table: 'application', column: 'secret_token', keyColumns: ['id'] },
];

export interface ResealCounts {
  /** Values sealed anew by this call. */
  readonly resealed: number;
  /** Data keys that no value needed any more, and that were deleted. */
  readonly removedKeys: number;
}

const BATCH = 100;
/** More than `KEYS_STALE_AFTER_MS` of the processes that seal. */
const KEEP_REPLACED_KEY_DAYS = 7;

/**
 * Seals every value anew that another than the active data key sealed, in batches, then deletes the keys that
 * are not needed any more. Killed anywhere, the next call goes on: until its last value is gone an old key stays.
 */
export async function resealAll(
  database: Database,
  secrets: Secrets,
  columns: readonly SealedColumn[] = SEALED_COLUMNS,
): Promise<ResealCounts> {
  let resealed = 0;
  for (const column of columns) {
    for (;;) {
      const count = await database.transaction((tx) => resealBatch(tx, secrets, column));
      resealed += count;
      if (count < BATCH) break;
    }
  }
  return { resealed, removedKeys: await removeUnusedKeys(database, columns) };
}

interface SealedRow {
  readonly tenant: string;
  readonly sealed: Buffer;
  readonly key: readonly string[];
}

async function resealBatch(tx: Queryable, secrets: Secrets, place: SealedColumn): Promise<number> {
  await secrets.refresh(tx);
  const rows = await lockOutdated(tx, place);
  for (const row of rows) await resealRow(tx, secrets, place, row);
  return rows.length;
}

const keyIdOf = (column: string): Fragment =>
  raw(`('x' || encode(substring(${column} from 2 for 4), 'hex'))::bit(32)::bigint`);

async function lockOutdated(tx: Queryable, { table, column, keyColumns }: SealedColumn): Promise<readonly SealedRow[]> {
  const { rows } = await tx.query<SealedRow>(
    statement(sql`
      select tenant, ${raw(column)} as sealed, array[${raw(keyColumns.map((name) => `${name}::text`).join(', '))}] as key
      from ${raw(table)}
      where ${raw(column)} is not null
        and ${keyIdOf(column)} <> (select id from data_key where replaced_at is null)
      limit ${BATCH}
      for update`),
  );
  return rows;
}

async function resealRow(tx: Queryable, secrets: Secrets, place: SealedColumn, row: SealedRow): Promise<void> {
  const context = sealContext({ tenant: row.tenant, table: place.table, column: place.column, row: row.key });
  const sealed = await secrets.seal(await secrets.open(row.sealed, context, tx), context);
  const isRow = place.keyColumns.map((name, index) => sql`${raw(name)}::text = ${row.key[index]}`);
  const { rowCount } = await tx.query(
    statement(sql`
      update ${raw(place.table)} set ${raw(place.column)} = ${sealed}
      where tenant = ${row.tenant} and ${join(isRow, ' and ')}`),
  );
  if (rowCount !== 1) throw new Error(`a sealed row of ${place.table} vanished while it was locked`);
}

/**
 * Another process may seal with a key for a while after it was replaced, until it reads the keys again. So a key
 * is kept much longer than any process may go without reading them.
 */
async function removeUnusedKeys(database: Database, columns: readonly SealedColumn[]): Promise<number> {
  const unused = columns.map(
    ({ table, column }) =>
      sql`not exists (select from ${raw(table)} where ${keyIdOf(`${table}.${column}`)} = data_key.id)`,
  );
  const where = join([sql`replaced_at < now() - ${KEEP_REPLACED_KEY_DAYS} * interval '1 day'`, ...unused], ' and ');
  return (await database.query(statement(sql`delete from data_key where ${where}`))).rowCount;
}
