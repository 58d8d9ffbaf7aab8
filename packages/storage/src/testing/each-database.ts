import { after, describe } from 'node:test';
import type { Database } from '../database.ts';
import type { Migration } from '../migration.ts';
import { migrations as allMigrations } from '../migrations/index.ts';
import { openTestPglite } from './test-pglite.ts';
import { openTestPostgres, TEST_POSTGRES_VARIABLE } from './test-postgres.ts';

/** Opens a new database, empty but for the migrations; it is closed after the suite, if the test has not. */
export type OpenDatabase = (options?: OpenDatabaseOptions) => Promise<Database>;

export interface OpenDatabaseOptions {
  readonly migrations?: readonly Migration[];
  readonly statementTimeoutMs?: number;
}

/**
 * Runs one suite of behaviour on both engines.
 *
 * Without a PostgreSQL server its half is reported as skipped, and fails when `CI=true`.
 */
export function eachDatabase(name: string, suite: (open: OpenDatabase, kind: Database['kind']) => void): void {
  describe(`${name} (PGlite)`, () => suite(closingAfter(openTestPglite), 'pglite'));
  const skip = whySkipped();
  describe(`${name} (PostgreSQL)`, { skip }, () => suite(closingAfter(openTestPostgres), 'postgresql'));
}

function whySkipped(): string | false {
  if (process.env[TEST_POSTGRES_VARIABLE] !== undefined || process.env.CI === 'true') return false;
  return `no ${TEST_POSTGRES_VARIABLE}: apt-get install postgresql-15, then npm test starts a server by itself`;
}

function closingAfter(open: (options: OpenDatabaseOptions) => Promise<Database>): OpenDatabase {
  const opened: Database[] = [];
  after(async () => {
    for (const database of opened) await database.close();
  });
  return async ({ migrations = allMigrations, ...options } = {}) => {
    const database = await open({ migrations, ...options });
    opened.push(database);
    return database;
  };
}
