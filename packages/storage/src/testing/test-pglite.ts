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
import { dropEverything, emptyTables, type FreshForm, readForm } from './empty-tables.ts';

export interface TestPgliteOptions {
  /** Default all of this program's. */
  readonly migrations?: readonly Migration[];
  readonly statementTimeoutMs?: number;
}

interface TestEngine {
  readonly engine: Engine;
  migrations: readonly Migration[];
  fresh: FreshForm;
}

/**
 * Engines that a test has left, to be emptied and used by the next one: an engine takes a second and some
 * hundred megabytes, emptying one some milliseconds.
 */
const idle: TestEngine[] = [];

/**
 * A database on the embedded engine, empty but for the migrations, and quick rather than durable. Its engine
 * does not hold the process once no statement runs.
 */
export async function openTestPglite(options: TestPgliteOptions = {}): Promise<Database> {
  const migrations = options.migrations ?? allMigrations;
  const left = takeIdle(migrations);
  const used = left ?? (await startTestEngine(migrations));
  const { statementTimeoutMs } = options;
  const database = databaseOn(used.engine, {
    durable: false,
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    onClose: async () => {
      idle.push(used);
    },
  });
  if (left !== undefined) await renew(database, left, migrations);
  return database;
}

/** One with the same migrations rather than another. */
function takeIdle(migrations: readonly Migration[]): TestEngine | undefined {
  const index = idle.findIndex((each) => each.migrations === migrations);
  return idle.splice(Math.max(index, 0), 1)[0];
}

/** The session's own limit would be too short for the migrations of a test with a small one. */
const RENEW_TIMEOUT_MS = 60_000;

async function renew(database: PoolDatabase, used: TestEngine, migrations: readonly Migration[]): Promise<void> {
  const patient = { statementTimeoutMs: RENEW_TIMEOUT_MS };
  const isEmptied = await database.transaction(
    async (tx) => used.migrations === migrations && (await emptyTables(tx, used.fresh)),
    patient,
  );
  if (isEmptied) return;
  await database.transaction(dropEverything, patient);
  await migrate(database, migrations);
  used.migrations = migrations;
  used.fresh = await readForm(database);
}

const folders: string[] = [];

function removeAtExit(folder: string): void {
  if (folders.push(folder) > 1) return;
  process.once('exit', () => {
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  });
}

async function startTestEngine(migrations: readonly Migration[]): Promise<TestEngine> {
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-test-'));
  removeAtExit(parent);
  const engine = await startLossyEngine(join(parent, 'database'), migrations, { mayExitWhenIdle: true });
  const database = databaseOn(engine, { durable: false });
  const fresh = await readForm(database);
  await database.close();
  return { engine, migrations, fresh };
}
