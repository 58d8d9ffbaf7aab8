import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Database, Queryable } from './database.ts';
import { checksumOf, findPending, MigrationError, migrate } from './migrate.ts';
import type { Migration } from './migration.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import { openPostgres } from './postgres.ts';
import { startChild } from './testing/child-process.ts';
import { eachDatabase } from './testing/each-database.ts';
import { onPostgres } from './testing/on-postgres.ts';
import { type PostgresServer, startPostgres } from './testing/postgres-server.ts';

const FIRST: Migration = { id: 0, name: 'first', up: 'create table a (id integer); insert into a values (1)' };
const SECOND: Migration = { id: 1, name: 'second', up: 'alter table a add b text; create table c (id integer)' };
const BROKEN: Migration = { id: 2, name: 'broken', up: 'create table d (id integer); select 1 / 0' };

const run = (target: Queryable, text: string) => target.query({ text, values: [] });

async function tablesOf(database: Database): Promise<readonly unknown[]> {
  const { rows } = await run(
    database,
    `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map((row) => row.relname);
}

eachDatabase('migrations', (open) => {
  it('are applied in order, each once, with what they were', async () => {
    const database = await open({ migrations: [] });
    assert.deepEqual(await migrate(database, [FIRST]), { applied: [0] });
    assert.deepEqual(await migrate(database, [FIRST, SECOND]), { applied: [1] });
    assert.deepEqual(await migrate(database, [FIRST, SECOND]), { applied: [] });
    const { rows } = await run(database, 'select id, name, checksum, applied_at from migration order by id');
    assert.deepEqual(
      rows.map(({ id, name, checksum }) => ({ id, name, checksum })),
      [FIRST, SECOND].map((each) => ({ id: each.id, name: each.name, checksum: checksumOf(each) })),
    );
    assert.ok(rows.every(({ applied_at }) => applied_at instanceof Date));
  });

  it('threat P6 one that fails leaves nothing of all that were pending, and is named', async () => {
    const database = await open({ migrations: [] });
    await assert.rejects(migrate(database, [FIRST, SECOND, BROKEN]), {
      name: 'MigrationError',
      message: /^migration 0002-broken failed, and nothing was changed: division by zero \(SQLSTATE 22012\)/,
    });
    assert.deepEqual(await tablesOf(database), ['migration']);
    assert.deepEqual(await migrate(database, [FIRST]), { applied: [0] });
  });

  it('threat P6 an applied one with another text is refused', async () => {
    const database = await open({ migrations: [] });
    await migrate(database, [FIRST]);
    const edited = { ...FIRST, up: `${FIRST.up} ` };
    await assert.rejects(migrate(database, [edited, SECOND]), {
      name: 'MigrationError',
      message: /0000-first was applied with another text/,
    });
    assert.deepEqual(await tablesOf(database), ['a', 'migration']);
  });

  it('threat P6 a database newer than the program is refused', async () => {
    const database = await open({ migrations: [] });
    await migrate(database, [FIRST, SECOND]);
    await assert.rejects(migrate(database, [FIRST]), { name: 'MigrationError', message: /newer.*0001-second/ });
  });

  it('processes that start at once apply each of them once', async () => {
    const database = await open({ migrations: [] });
    const results = await Promise.all(Array.from({ length: 5 }, () => migrate(database, [FIRST, SECOND])));
    assert.deepEqual(results.flatMap(({ applied }) => applied).sort(), [0, 1]);
    assert.equal((await run(database, 'select from a')).rowCount, 1);
  });

  it('all of this program run on a new database', async () => {
    const database = await open({ migrations: [] });
    const { applied } = await migrate(database, allMigrations);
    assert.deepEqual(
      applied,
      allMigrations.map(({ id }) => id),
    );
  });
});

describe('the list of migrations', () => {
  it('is numbered upwards, each with a name for its file', () => {
    allMigrations.forEach(({ id, name }, index) => {
      assert.ok(index === 0 || id > (allMigrations[index - 1]?.id ?? Number.POSITIVE_INFINITY));
      assert.match(name, /^[a-z][a-z0-9-]*$/);
    });
  });

  it('out of order is a mistake of the program', async () => {
    const unused = { transaction: () => assert.fail('the database must not be asked') } as unknown as Database;
    await assert.rejects(migrate(unused, [SECOND, FIRST]), { name: 'TypeError', message: /0001-second stands before/ });
    await assert.rejects(migrate(unused, [FIRST, FIRST]), TypeError);
  });

  it('of one that was skipped is pending, wherever it stands', () => {
    const applied = { id: 1, name: 'second', checksum: checksumOf(SECOND) };
    assert.deepEqual(findPending([FIRST, SECOND], [applied]), [FIRST]);
    assert.throws(() => findPending([FIRST], [applied]), MigrationError);
  });
});

/** Ten statements; each waits for a lock first, so that the test decides which one the process dies in. */
const STEPS = 10;
const SLOW: readonly Migration[] = [0, 1].map((id) => ({
  id,
  name: `slow-${id}`,
  up: Array.from({ length: STEPS / 2 }, (_, index) => {
    const step = id * (STEPS / 2) + index;
    return `select pg_advisory_xact_lock_shared(${1_000 + step}); create table step_${step} (id integer)`;
  }).join(';\n'),
}));

const CHILD = `
const { openPostgres } = await import(${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)});
const { migrate } = await import(${JSON.stringify(new URL('./migrate.ts', import.meta.url).href)});
const database = await openPostgres({ url: process.argv[2], onWarning: () => undefined });
await migrate(database, JSON.parse(process.argv[3]));
`;

onPostgres('migrations of a process that is killed', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ allowDataLoss: true });
  });

  it('threat P6 killed in any statement, the old form is left, and the next start completes', async () => {
    const ignore = (): void => undefined;
    const database = await openPostgres({ url: server.url, onWarning: ignore });
    for (let step = 0; step < STEPS; step += 1) {
      await killInStep(server.url, database, step);
      assert.deepEqual(await tablesOf(database), [], `after a kill in step ${step}`);
    }
    assert.deepEqual(await migrate(database, SLOW), { applied: [0, 1] });
    assert.equal((await tablesOf(database)).length, STEPS + 1);
    await database.close();
    await server.stop();
  });
});

/** Holds the lock that one statement waits for, kills the process there, and waits for its session to end. */
async function killInStep(url: string, database: Database, step: number): Promise<void> {
  await database.transaction(async (tx) => {
    await run(tx, `select pg_advisory_xact_lock(${1_000 + step})`);
    const child = startChild(CHILD, [url, JSON.stringify(SLOW)]);
    await waitFor(
      tx,
      `select from pg_locks where locktype = 'advisory' and objid = ${1_000 + step} and not granted`,
      1,
    );
    await child.kill();
    await run(tx, `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted`);
    await waitFor(tx, `select from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`, 0);
  });
}

/** A statement in the server cannot tell us; so it is asked again and again, as fast as it answers. */
async function waitFor(target: Queryable, text: string, rowCount: number): Promise<void> {
  while ((await run(target, text)).rowCount !== rowCount);
}
