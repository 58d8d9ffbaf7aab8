import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LastUse, type Use } from './last-use.ts';

const use = (id: string, minute: number, agent = 'test'): Use => ({
  scope: 'acme',
  id,
  at: new Date(Date.UTC(2026, 0, 5, 8, minute)),
  address: '192.0.2.7',
  agent,
});

/** A buffer that keeps what it was asked to write, and fails while `failing`. */
function recorder(options: { failing?: boolean } = {}) {
  const batches: (readonly Use[])[] = [];
  const errors: unknown[] = [];
  const state = { failing: options.failing ?? false };
  const lastUse = new LastUse({
    write: async (uses) => {
      if (state.failing) throw new Error('no database');
      batches.push(uses);
    },
    intervalMs: 3_600_000,
    onError: (error) => errors.push(error),
  });
  return { lastUse, batches, errors, state };
}

test('many uses of one credential are one row of one batch, the latest', async () => {
  const { lastUse, batches } = recorder();
  for (let minute = 0; minute < 10; minute++) lastUse.record(use('a', minute));
  lastUse.record(use('b', 3));
  await lastUse.flush();
  assert.deepEqual(batches, [[use('a', 9), use('b', 3)]]);
  await lastUse.close();
});

test('nothing to write is no statement', async () => {
  const { lastUse, batches } = recorder();
  await lastUse.flush();
  await lastUse.close();
  assert.deepEqual(batches, []);
});

test('what waits is written when the buffer is closed', async () => {
  const { lastUse, batches } = recorder();
  lastUse.record(use('a', 1));
  await lastUse.close();
  assert.equal(batches.flat().length, 1);
});

test('a batch that fails is reported, kept, and written with what came since', async () => {
  const { lastUse, batches, errors, state } = recorder({ failing: true });
  lastUse.record(use('a', 1));
  lastUse.record(use('b', 1));
  await lastUse.flush();
  assert.equal(errors.length, 1);
  state.failing = false;
  lastUse.record(use('a', 2));
  await lastUse.flush();
  assert.deepEqual(batches, [[use('a', 2), use('b', 1)]]);
  await lastUse.close();
});

test('the timer writes by itself', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { lastUse, batches } = recorder();
  lastUse.record(use('a', 1));
  t.mock.timers.tick(3_600_000);
  assert.equal(batches.length, 1);
  await lastUse.close();
});

test('S15 the name of a client is bounded, and breaks no line', async () => {
  const { lastUse, batches } = recorder();
  lastUse.record(use('a', 1, `agent\r\nX-Evil: 1\u0000${'x'.repeat(900)}`));
  await lastUse.flush();
  const agent = batches.flat()[0]?.agent ?? '';
  assert.match(agent, /^agent\?\?X-Evil: 1\?x+$/);
  assert.equal(agent.length, 200);
  await lastUse.close();
});
