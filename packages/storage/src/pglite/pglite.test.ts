import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Database } from '../database.ts';
import { DatabaseUnavailableError } from '../database-error.ts';
import type { Migration } from '../migration.ts';
import { startChild } from '../testing/child-process.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { openTestPglite } from '../testing/test-pglite.ts';
import { POSTGRES_MAJOR } from './new-database.ts';
import { openPglite } from './pglite.ts';

const migrations: readonly Migration[] = [];
const run = (database: Database, text: string, ...values: unknown[]) => database.query({ text, values });
const MODULE = JSON.stringify(new URL('./pglite.ts', import.meta.url).href);

describe('the data folder', () => {
  it('threat P4 is made for its owner only, whatever the umask', async () => {
    await using folder = await tempFolder();
    const dataDir = join(folder.path, 'new', 'data');
    const database = await openPglite({ dataDir, migrations });
    await database.close();
    assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  });

  for (const mode of [0o755, 0o750, 0o701, 0o770]) {
    it(`threat P4 mode 0${mode.toString(8)} is refused with the command that helps`, async () => {
      await using folder = await tempFolder();
      chmodSync(folder.path, mode);
      await assert.rejects(openPglite({ dataDir: folder.path, migrations }), {
        name: 'DataFolderError',
        message: new RegExp(`mode 0${mode.toString(8)}.*chmod 700 `),
      });
      assert.equal(existsSync(join(folder.path, 'database')), false);
    });
  }

  it('threat P3 a second opener in this process is refused, the first goes on', async () => {
    await using folder = await tempFolder();
    const database = await openPglite({ dataDir: folder.path, migrations });
    await assert.rejects(openPglite({ dataDir: folder.path, migrations }), {
      name: 'FolderLockedError',
      holderPid: process.pid,
    });
    assert.equal((await run(database, 'select 1')).rowCount, 1);
    await database.close();
    await (await openPglite({ dataDir: folder.path, migrations })).close();
  });

  it('threat P3 P1 another process is refused with its pid named; killed, its acknowledged rows are there', async () => {
    await using folder = await tempFolder();
    const child = startChild(INSERTS, [folder.path]);
    await child.waitForLine('stored 40');
    await assert.rejects(openPglite({ dataDir: folder.path, migrations }), {
      name: 'FolderLockedError',
      holderPid: child.pid,
      message: new RegExp(`process ${child.pid}`),
    });
    await child.kill();
    const acknowledged = Number(child.lines.at(-1)?.split(' ')[1]);
    const database = await openPglite({ dataDir: folder.path, migrations });
    const { rows } = await run(database, 'select id from numbered order by id');
    const ids = new Set(rows.map((row) => row.id));
    for (let id = 1; id <= acknowledged; id += 1) assert.ok(ids.has(id), `row ${id} of ${acknowledged} is lost`);
    await database.close();
  });

  it('a database of another major version is refused and left alone', async () => {
    await using folder = await tempFolder();
    const database = join(folder.path, 'database');
    mkdirSync(database);
    writeFileSync(join(database, 'PG_VERSION'), '12\n');
    await assert.rejects(openPglite({ dataDir: folder.path, migrations }), {
      name: 'DataFolderError',
      message: /PostgreSQL 12 .* export it/,
    });
    assert.equal(readFileSync(join(database, 'PG_VERSION'), 'utf8'), '12\n');
  });
});

const INSERTS = `
const { openPglite } = await import(${MODULE});
const database = await openPglite({ dataDir: process.argv[2], migrations: [] });
await database.query({ text: 'create table numbered (id integer primary key)', values: [] });
for (let id = 1; ; id += 1) {
  await database.query({ text: 'insert into numbered values ($1)', values: [id] });
  process.stdout.write('stored ' + id + '\\n');
}
`;

describe('durability', () => {
  it('P1 a commit is proven to reach the disk at start, with the settings that make it so', async () => {
    await using folder = await tempFolder();
    const warnings: string[] = [];
    const database = await openPglite({
      dataDir: folder.path,
      migrations,
      onWarning: (message) => warnings.push(message),
    });
    assert.equal(database.durable, true);
    assert.deepEqual(warnings, []);
    const setting = async (name: string) =>
      (await run(database, 'select current_setting($1) as value', name)).rows[0]?.value;
    assert.equal(await setting('fsync'), 'on');
    assert.equal(await setting('wal_sync_method'), 'fsync');
    assert.equal(await setting('full_page_writes'), 'on');
    assert.equal(String(await setting('server_version')).split('.')[0], POSTGRES_MAJOR);
    await database.close();
  });

  it('an engine without fsync says so', async () => {
    const database = await openTestPglite({ migrations });
    assert.equal(database.durable, false);
    await database.close();
  });
});

/** Takes minutes on any machine. */
const ENDLESS = 'select count(*) from generate_series(1, 100000000000)';

describe('the engine', () => {
  it('a long statement does not stop the process, and is ended in time', async () => {
    const database = await openTestPglite({ migrations, statementTimeoutMs: 500 });
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 10);
    await assert.rejects(run(database, ENDLESS), (error: unknown) => {
      assert.ok(error instanceof DatabaseUnavailableError);
      assert.equal(error.outcomeUnknown, true);
      return true;
    });
    clearInterval(timer);
    assert.ok(ticks >= 10, `${ticks} of about 50 ticks`);
    await database.close();
  });

  it('P1 an overrun statement takes no committed row with it, and the folder stays locked', async () => {
    await using folder = await tempFolder();
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    const limits = { statementTimeoutMs: 1_000, connectTimeoutMs: 120_000 };
    const options = { dataDir: folder.path, migrations, onWarning, ...limits };
    const database = await openPglite(options);
    await run(database, 'create table kept (id integer)');
    await run(database, 'insert into kept values (1)');
    await assert.rejects(run(database, ENDLESS), DatabaseUnavailableError);
    await assert.rejects(openPglite(options), { name: 'FolderLockedError' });
    assert.equal((await run(database, 'select id from kept')).rows[0]?.id, 1);
    assert.match(warnings.join('\n'), /started again: a statement ran longer/);
    await database.close();
  });

  it('threat S1 JSON too deep for the engine is an error, nothing is stored, and the next statement runs', async () => {
    const database = await openTestPglite({ migrations });
    await run(database, 'create table deep (data jsonb)');
    const depth = 60_000;
    const bomb = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    await assert.rejects(run(database, 'insert into deep values ($1)', bomb), (error: unknown) => {
      assert.ok(error instanceof DatabaseUnavailableError);
      assert.match(error.message, /started again: RangeError/);
      return true;
    });
    assert.equal((await run(database, 'select count(*) as count from deep')).rows[0]?.count, 0);
    await database.close();
  });

  it('statements that wait while the engine starts again are answered', async () => {
    const database = await openTestPglite({ migrations, statementTimeoutMs: 500 });
    const overrun = assert.rejects(run(database, ENDLESS), DatabaseUnavailableError);
    const waiting = Array.from({ length: 5 }, (_, index) => run(database, 'select $1::integer as value', index));
    await overrun;
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ rows }) => rows[0]?.value),
      [0, 1, 2, 3, 4],
    );
    await database.close();
  });

  it('threat P2 with a full disk writes are refused, reads and the commit of what was written go on', async () => {
    await using folder = await tempFolder();
    const floor = Number.MAX_SAFE_INTEGER;
    const database = await openPglite({ dataDir: folder.path, migrations, freeSpaceFloorBytes: floor });
    await assert.rejects(run(database, 'create table refused (id integer)'), { code: '53100' });
    assert.equal((await run(database, 'select 1')).rowCount, 1);
    await database.transaction((tx) => tx.query({ text: 'select 1', values: [] }));
    await database.close();
  });
});
