import { createHash } from 'node:crypto';
import { crashpoint } from './crashpoint.ts';
import type { Database, Queryable } from './database.ts';
import { DatabaseError } from './database-error.ts';
import type { Migration } from './migration.ts';
import { raw, sql, statement } from './sql.ts';

/** The database and the program do not belong together; nothing was changed. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

export interface MigrateResult {
  /** Ids that this call applied, in order; empty when the database was up to date. */
  readonly applied: readonly number[];
}

interface AppliedMigration {
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
}

/** Any constant of our own: processes that start at once wait here for each other. */
const LOCK_KEY = 7_265_116_655;
/** Building an index over a large table may take long; a start that hangs for ever helps nobody. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;

/**
 * Brings the database to the form that this program needs, all pending migrations in one transaction: a
 * process killed at any statement leaves the old form.
 *
 * @throws {MigrationError} an applied migration has another text here, or the database is newer than the program
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<MigrateResult> {
  assertOrdered(migrations);
  return database.transaction(
    async (tx) => {
      await tx.query(statement(sql`select pg_advisory_xact_lock(${LOCK_KEY})`));
      await tx.query({ text: TABLE, values: [] });
      const pending = findPending(migrations, await readApplied(tx));
      for (const migration of pending) await apply(tx, migration);
      return { applied: pending.map((migration) => migration.id) };
    },
    { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  );
}

const TABLE = `
create table if not exists migration (
  id integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

async function readApplied(tx: Queryable): Promise<readonly AppliedMigration[]> {
  const { rows } = await tx.query<AppliedMigration>(
    statement(sql`select id, name, checksum from migration order by id`),
  );
  return rows;
}

async function apply(tx: Queryable, migration: Migration): Promise<void> {
  await runNaming(migration, () => tx.query(statement(raw(migration.up))));
  crashpoint('migration-statement');
  await tx.query(
    statement(sql`
      insert into migration (id, name, checksum)
      values (${migration.id}, ${migration.name}, ${checksumOf(migration)})`),
  );
  crashpoint('migration-statement');
}

async function runNaming(migration: Migration, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new MigrationError(`migration ${label(migration)} failed, and nothing was changed: ${error.message}`, {
      cause: error,
    });
  }
}

/** Identifies the text of a migration, so that an edit after release is noticed. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.up).digest('hex');
}

/** What is still to be applied, after proof that all that was applied is ours and unchanged. */
export function findPending(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.id, migration]));
  for (const row of applied) assertUnchanged(row, known.get(row.id));
  const appliedIds = new Set(applied.map((row) => row.id));
  return migrations.filter((migration) => !appliedIds.has(migration.id));
}

function assertUnchanged(row: AppliedMigration, migration: Migration | undefined): void {
  if (migration === undefined) {
    throw new MigrationError(
      `the database is newer than this program: migration ${label(row)} is unknown here. ` +
        'Start the newer program, or restore a backup from before the upgrade',
    );
  }
  if (row.checksum === checksumOf(migration)) return;
  throw new MigrationError(
    `migration ${label(row)} was applied with another text (${row.checksum.slice(0, 12)} there, ` +
      `${checksumOf(migration).slice(0, 12)} here): released migrations are never edited, add a new one`,
  );
}

const label = ({ id, name }: { id: number; name: string }): string => `${String(id).padStart(4, '0')}-${name}`;

function assertOrdered(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    const previous = migrations[index - 1];
    if (previous === undefined || previous.id < migration.id) return;
    throw new TypeError(`migrations out of order: ${label(previous)} stands before ${label(migration)}`);
  });
}
