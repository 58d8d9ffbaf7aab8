import { after, afterEach, beforeEach, describe } from 'node:test';
import type { Database } from '../database.ts';
import type { Migration } from '../migration.ts';
import { migrations as allMigrations } from '../migrations/index.ts';
import { onPostgres } from './on-postgres.ts';
import { openTestPglite } from './test-pglite.ts';
import { openTestPostgres } from './test-postgres.ts';

/**
 * Opens a new database, empty but for the migrations. One opened in a test is closed after it, one opened in
 * `before` after the suite.
 */
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
  onPostgres(name, () => suite(closingAfter(openTestPostgres), 'postgresql'));
}

/** Closes what a test opened after that test, and what a suite opened in `before` after the suite. */
function closingAfter(open: (options: OpenDatabaseOptions) => Promise<Database>): OpenDatabase {
  const ofSuite: Database[] = [];
  const ofTest: Database[] = [];
  let opened = ofSuite;
  beforeEach(() => {
    opened = ofTest;
  });
  afterEach(async () => {
    opened = ofSuite;
    await closeAll(ofTest);
  });
  after(() => closeAll(ofSuite));
  return async ({ migrations = allMigrations, ...options } = {}) => {
    const list = opened;
    const database = await open({ migrations, ...options });
    list.push(database);
    return database;
  };
}

async function closeAll(databases: Database[]): Promise<void> {
  for (const database of databases.splice(0)) await database.close();
}
