import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Database } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { openFixture } from '../testing/engine-fixture.ts';
import { CycleRunningError } from './cycle.ts';
import { giveUpCycle, listInterrupted } from './interrupted-cycles.ts';
import { openCycle } from './open-cycle.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const NO_TARGET = { url: 'http://127.0.0.1:9/scim', token: 'x', close: async () => undefined };

eachDatabase('cycles that nobody runs', (open) => {
  let database: Database;
  before(async () => {
    database = await open();
  });

  const listFor = (processId: string, soleProcess: boolean) =>
    listInterrupted(database, { processId, soleProcess, limit: 10 });

  test('P10 one that was begun waits; one that runs is left alone until its lease has ended', async () => {
    const { engine, tenant, jobId } = await openFixture(database, NO_TARGET);
    const key = await engine.beginCycle({ tenant, jobId });
    assert.deepEqual(await listFor('other', false), [key]);
    await assert.rejects(engine.beginCycle({ tenant, jobId }), CycleRunningError);

    const { handle, resumed, stage } = await openCycle({
      database,
      tenant,
      jobId,
      newCycleId: crypto.randomUUID(),
      owner: { processId: 'worker', runId: '1' },
      leaseMs: 60_000,
      resumeWithinMs: Number.MAX_SAFE_INTEGER,
      soleProcess: false,
      now: NOW,
    });
    assert.deepEqual([handle.key, resumed, stage], [key, true, 'import']);
    assert.deepEqual(await listFor('other', false), []);
    assert.deepEqual(await listFor('worker', true), []);
    // Whoever has the database alone knows that the worker has ended.
    assert.deepEqual(await listFor('other', true), [key]);
    assert.equal(await database.transaction((tx) => giveUpCycle(tx, key, 'no', NOW)), false);

    await handle.release();
    assert.deepEqual(await listFor('worker', false), [key]);
    assert.equal(await engine.giveUpCycle(key, 'the source is of no kind that is known'), true);
    const { state, error, progress } = await engine.getCycle(key);
    assert.deepEqual([state, error], ['failed', 'the source is of no kind that is known']);
    assert.deepEqual(progress, { stage: 'finished', done: 0, total: 0 });
    assert.deepEqual(await listFor('other', true), []);
    assert.equal(await engine.giveUpCycle(key, 'again'), false);
  });
});
