import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FakeScimTarget } from '@rollcall/simulators';
import type { Database } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { openFixture, user } from '../testing/engine-fixture.ts';
import { CycleRunningError, LeaseLostError } from './cycle.ts';
import { type OpenCycleInput, openCycle } from './open-cycle.ts';

const MINUTE_MS = 60_000;

eachDatabase('the lease of a cycle', (open) => {
  let database: Database;
  let newIds = 0;
  before(async () => {
    database = await open();
  });

  /** A job without a run, and what opens a cycle of it. */
  const prepared = async () => {
    const fixture = await openFixture(database, await FakeScimTarget.start(), { directory: { objects: [user('a')] } });
    const { tenant, jobId, clock } = fixture;
    const input = (change: Partial<OpenCycleInput>): OpenCycleInput => {
      newIds += 1;
      return {
        database,
        tenant,
        jobId,
        newCycleId: `00000000-0000-4000-8000-${String(newIds).padStart(12, '0')}`,
        owner: { processId: 'one', runId: '1' },
        leaseMs: MINUTE_MS,
        resumeWithinMs: 60 * MINUTE_MS,
        soleProcess: false,
        now: clock.now(),
        ...change,
      };
    };
    return { ...fixture, input };
  };

  test('a leased cycle is refused to others, and taken over once its lease has ended', async () => {
    const { input, close } = await prepared();
    const first = await openCycle(input({ leaseMs: MINUTE_MS }));
    const other = { processId: 'two', runId: '2' };
    await assert.rejects(openCycle(input({ owner: other })), CycleRunningError);
    await first.handle.release();
    const second = await openCycle(input({ owner: other }));
    assert.equal(second.resumed, true);
    assert.equal(second.handle.key.cycleId, first.handle.key.cycleId);
    await close();
  });

  test('an owner that lost its lease writes nothing more', async () => {
    const { input, close } = await prepared();
    const first = await openCycle(input({ leaseMs: 0 }));
    const second = await openCycle(input({ owner: { processId: 'two', runId: '2' } }));
    let ran = false;
    await assert.rejects(
      first.handle.write(async () => {
        ran = true;
      }),
      LeaseLostError,
    );
    assert.equal(ran, false);
    await first.handle.release();
    await second.handle.write(async (tx) => second.handle.advance(tx, 'plan'));
    await close();
  });

  test('the sole process takes over at once what an earlier process left, but not its own run', async () => {
    const { input, close } = await prepared();
    await openCycle(input({ owner: { processId: 'earlier', runId: '1' } }));
    const mine = { soleProcess: true, owner: { processId: 'me', runId: '1' } };
    assert.equal((await openCycle(input(mine))).resumed, true);
    await assert.rejects(openCycle(input({ ...mine, owner: { processId: 'me', runId: '2' } })), CycleRunningError);
    await close();
  });

  test('a cycle that was interrupted long ago is given up, and a new one begins', async () => {
    const { input, clock, engine, tenant, jobId, close } = await prepared();
    const first = await openCycle(input({ leaseMs: 0 }));
    clock.advance(61 * MINUTE_MS);
    const second = await openCycle(input({ now: clock.now() }));
    assert.equal(second.resumed, false);
    const given = await engine.getCycle({ tenant, jobId, cycleId: first.handle.key.cycleId });
    assert.equal(given.state, 'failed');
    assert.match(given.error ?? '', /interrupted/);
    await close();
  });

  test('of several processes that begin at once exactly one does', async () => {
    const { input, close } = await prepared();
    const starts = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((processId) => openCycle(input({ owner: { processId, runId: '1' } }))),
    );
    assert.equal(starts.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const start of starts) if (start.status === 'rejected') assert.ok(start.reason instanceof CycleRunningError);
    await close();
  });
});
