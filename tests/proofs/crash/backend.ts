import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite, openPostgres, type Queryable, sql, statement } from '@rollcall/storage';
import { type PostgresServer, startPostgres } from '@rollcall/storage/testing';
import type { ServerOptions } from '../../support/server.ts';
import type { DatabaseKind } from '../support/proof-arguments.ts';

/** A database that outlives the servers that are killed on it. */
export interface Backend extends AsyncDisposable {
  readonly kind: DatabaseKind;
  /** How a server is started on it. */
  readonly server: ServerOptions;
  /** Resolves once nothing of a killed server is still at work in the database. */
  settle(): Promise<void>;
  /** Looks into the tables. The embedded database has one opener: no server may run. */
  inspect<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
}

/** Each round starts a server: what Node compiled for the first one serves the others. */
const compileCache = (folder: string) => ({ NODE_COMPILE_CACHE: join(folder, 'compiled') });

/** Makes an empty database: no migration has run. */
export const openBackend = (kind: DatabaseKind): Promise<Backend> =>
  kind === 'pglite' ? openPgliteBackend() : openPostgresBackend();

async function openPgliteBackend(): Promise<Backend> {
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-crash-'));
  const dataDir = join(parent, 'data');
  const inspect = async <T>(work: (db: Queryable) => Promise<T>): Promise<T> => {
    const db = await openPglite({ dataDir, migrations: [] });
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  };
  await inspect((db) => db.query(statement(sql`SELECT 1`)));
  return {
    kind: 'pglite',
    server: { dataDir, env: compileCache(parent) },
    settle: () => Promise.resolve(),
    inspect,
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

async function openPostgresBackend(): Promise<Backend> {
  const postgres = await startPostgres();
  const db = await openPostgres({ url: postgres.url, poolMax: 2, applicationName: 'rollcall-proof' });
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-crash-'));
  return {
    kind: 'postgresql',
    server: {
      dataDir: join(parent, 'data'),
      databaseUrl: postgres.url,
      // The same for every start: a server refuses secrets that another key wrapped.
      env: { ROLLCALL_MASTER_KEY: randomBytes(32).toString('base64'), ...compileCache(parent) },
    },
    settle: () => awaitNoOthers(db),
    inspect: (work) => work(db),
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await endPostgres(postgres, parent);
    },
  };
}

async function endPostgres(postgres: PostgresServer, parent: string): Promise<void> {
  await postgres.stop('immediate');
  await rm(parent, { recursive: true, force: true });
}

const SETTLE_MS_MAX = 30_000;
const ASK_AGAIN_MS = 5;

/** A statement that was under way when its client died still runs to its end, and may commit. */
async function awaitNoOthers(db: Queryable): Promise<void> {
  const until = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const { rows } = await db.query<{ others: number }>(
      statement(sql`SELECT count(*)::integer AS others FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND application_name = 'rollcall' AND pid <> pg_backend_pid()`),
    );
    if (rows[0]?.others === 0) return;
    if (performance.now() > until) throw new Error(`connections of a killed server are open after 30 s`);
    await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
  }
}
