import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import type { Migration } from '../migration.ts';
import { migrations as allMigrations } from '../migrations/index.ts';
import type { Engine } from '../pglite/engine.ts';
import { databaseOn, startLossyEngine } from '../pglite/pglite.ts';
import type { PoolDatabase } from '../pool-database.ts';

export interface TestPgliteOptions {
  /** Default all of this program's. */
  readonly migrations?: readonly Migration[];
  readonly statementTimeoutMs?: number;
}

/**
 * Engines that a test has left, to be emptied and used by the next one: an engine takes a second and some
 * hundred megabytes, emptying one a tenth of a second.
 */
const idleEngines: Engine[] = [];

/**
 * A database on the embedded engine, empty but for the migrations, and quick rather than durable. Its engine
 * does not hold the process once no statement runs.
 */
export async function openTestPglite(options: TestPgliteOptions = {}): Promise<Database> {
  const migrations = options.migrations ?? allMigrations;
  const used = idleEngines.pop();
  const engine = used ?? (await startEngine(migrations));
  const database = databaseOn(engine, {
    durable: false,
    ...(options.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: options.statementTimeoutMs }),
    onClose: async () => {
      idleEngines.push(engine);
    },
  });
  if (used !== undefined) await renew(database, migrations);
  return database;
}

const EMPTY = `
do $$
declare
  name text;
begin
  for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', name);
  end loop;
end
$$;
create schema public;
`;

async function renew(database: PoolDatabase, migrations: readonly Migration[]): Promise<void> {
  await database.query({ text: EMPTY, values: [] });
  await migrate(database, migrations);
}

async function startEngine(migrations: readonly Migration[]): Promise<Engine> {
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-test-'));
  process.once('exit', () => rmSync(parent, { recursive: true, force: true }));
  return startLossyEngine(join(parent, 'database'), migrations, { mayExitWhenIdle: true });
}
