import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Database } from '../database.ts';
import { checksumOf, migrate } from '../migrate.ts';
import type { Migration } from '../migration.ts';
import { migrations as allMigrations } from '../migrations/index.ts';
import { openPostgres } from '../postgres.ts';

/** Names the environment variable with the administrator's URL of a throw-away server. */
export const TEST_POSTGRES_VARIABLE = 'ROLLCALL_TEST_POSTGRES_URL';

export interface TestPostgresOptions {
  /** Default all of this program's. */
  readonly migrations?: readonly Migration[];
  readonly statementTimeoutMs?: number;
  /** Default 10. */
  readonly poolMax?: number;
  readonly connectTimeoutMs?: number;
}

/**
 * A new database on the throw-away server, copied from a template with the migrations applied, and dropped
 * when it is closed.
 *
 * @throws {Error} the environment names no server
 */
export async function openTestPostgres(options: TestPostgresOptions = {}): Promise<Database> {
  const { migrations = allMigrations, ...rest } = options;
  const adminUrl = requireUrl();
  const template = await findOrBuildTemplate(adminUrl, migrations);
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, (admin) => admin.query(`create database ${name} template ${template}`));
  const database = await openPostgres({ url: urlOf(adminUrl, name), onWarning: ignore, ...rest });
  return droppingAtClose(database, () =>
    administer(adminUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`)),
  );
}

/** Throw-away servers run without fsync. */
const ignore = (): void => undefined;

function requireUrl(): string {
  const url = process.env[TEST_POSTGRES_VARIABLE];
  if (url) return url;
  throw new Error(`${TEST_POSTGRES_VARIABLE} names no PostgreSQL server: apt-get install postgresql-15, then npm test`);
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** Any constant: test processes that need the same template wait here for the first. */
const LOCK_KEY = 7_265_116_656;

const templates = new Map<string, Promise<string>>();

function findOrBuildTemplate(adminUrl: string, migrations: readonly Migration[]): Promise<string> {
  const name = templateName(migrations);
  const key = `${adminUrl} ${name}`;
  const template =
    templates.get(key) ?? administer(adminUrl, (admin) => ensureTemplate(admin, adminUrl, name, migrations));
  templates.set(key, template);
  return template;
}

function templateName(migrations: readonly Migration[]): string {
  const hash = createHash('sha256');
  for (const migration of migrations) hash.update(`${migration.id}:${checksumOf(migration)}\n`);
  return `rollcall_template_${hash.digest('hex').slice(0, 16)}`;
}

async function ensureTemplate(
  admin: pg.Client,
  adminUrl: string,
  name: string,
  migrations: readonly Migration[],
): Promise<string> {
  await admin.query('select pg_advisory_lock($1)', [LOCK_KEY]);
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) await buildTemplate(admin, adminUrl, name, migrations);
  return name;
}

/** It gets its name last, so that one whose building was killed is never taken for complete. */
async function buildTemplate(
  admin: pg.Client,
  adminUrl: string,
  name: string,
  migrations: readonly Migration[],
): Promise<void> {
  const building = `${name}_building`;
  await admin.query(`drop database if exists ${building} with (force)`);
  await admin.query(`create database ${building}`);
  const database = await openPostgres({ url: urlOf(adminUrl, building), poolMax: 1, onWarning: ignore });
  try {
    await migrate(database, migrations);
  } finally {
    await database.close();
  }
  await admin.query(`alter database ${building} rename to ${name}`);
}

function droppingAtClose(database: Database, drop: () => Promise<unknown>): Database {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await database.close();
    await drop();
  };
  return {
    kind: database.kind,
    durable: database.durable,
    query: (statement) => database.query(statement),
    transaction: (work, options) => database.transaction(work, options),
    poolState: () => database.poolState(),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
