import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestPglite } from '../testing/test-pglite.ts';
import { Maintenance, needsCheckpoint } from './maintenance.ts';

const LIMITS = { walBytesMax: 1_000_000, checkpointAfterMs: 60_000 };

const DECISIONS: readonly (readonly [title: string, bytes: number, ageMs: number, expected: boolean])[] = [
  ['nothing written', 0, 10_000_000, false],
  ['only the records of the last check point', 1_024, 10_000_000, false],
  ['a little, not long ago', 50_000, 59_999, false],
  ['a little, long ago', 50_000, 60_000, true],
  ['much, not long ago', 1_000_000, 0, true],
];

const fail = (error: unknown): never => assert.fail(String(error));

describe('maintenance', () => {
  for (const [title, bytes, ageMs, expected] of DECISIONS) {
    it(`${title}: ${expected ? 'a' : 'no'} check point`, () => {
      assert.equal(needsCheckpoint({ bytes, ageMs }, LIMITS), expected);
    });
  }

  it('a table with many dead rows is cleaned, and the log is cut', async () => {
    const database = await openTestPglite({ migrations: [] });
    const maintenance = new Maintenance(database, { walBytesMax: 1, onError: fail });
    const run = (text: string) => database.query({ text, values: [] });
    await run('create table worn (id integer)');
    await run('insert into worn select generate_series(1, 5000)');
    await run('update worn set id = id + 1');
    await run('select pg_stat_force_next_flush()');
    const counts = await maintenance.runOnce();
    assert.deepEqual(counts, { checkpoints: 1, vacuumed: ['public.worn'] });
    assert.deepEqual((await maintenance.runOnce()).vacuumed, []);
    await database.close();
  });

  it('the log stays bounded under writes', async () => {
    const database = await openTestPglite({ migrations: [] });
    const walBytesMax = 4 * 1024 * 1024;
    const maintenance = new Maintenance(database, { walBytesMax, onError: fail });
    const run = (text: string) => database.query<{ bytes: number }>({ text, values: [] });
    const walSize = async () =>
      (await run('select sum(size)::float8 as bytes from pg_ls_waldir()')).rows[0]?.bytes ?? 0;
    await run('create table busy (text text)');
    let checkpoints = 0;
    for (let round = 0; round < 20; round += 1) {
      // Just short enough not to be compressed: 2 MB a round.
      await run(`insert into busy select repeat(md5(n::text), 60) from generate_series(1, 1000) n`);
      checkpoints += (await maintenance.runOnce()).checkpoints;
    }
    assert.ok(checkpoints >= 5, `${checkpoints} check points`);
    assert.ok((await walSize()) <= 64 * 1024 * 1024, `${await walSize()} bytes of log`);
    await database.close();
  });

  it('a run that fails is told, and the timer goes on', async () => {
    const told: unknown[] = [];
    const failure = new Error('not now');
    const { promise, resolve } = Promise.withResolvers<void>();
    const database = { query: () => Promise.reject(failure) };
    const onError = (error: unknown): void => {
      if (told.push(error) === 2) resolve();
    };
    const maintenance = new Maintenance(database, { intervalMs: 1, onError });
    const keepAlive = setInterval(() => undefined, 1_000);
    maintenance.start();
    await promise;
    await maintenance.stop();
    clearInterval(keepAlive);
    assert.deepEqual(told, [failure, failure]);
  });
});
