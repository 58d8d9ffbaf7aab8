import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pacer, type PacerTime } from './pacer.ts';

/** Time that a test moves on. */
class ManualTime implements PacerTime {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  async pass(durationMs: number): Promise<void> {
    this.#now += durationMs;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.callback();
    }
    await settled();
  }
}

/** Lets every promise that can go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Tasks that a test ends by name, and the order in which they began. */
function taskList() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await settled();
  };
  return { begun, task, end };
}

test('tasks begin in order, so many at once', async () => {
  const pacer = new Pacer(2, new ManualTime());
  const { begun, task, end } = taskList();
  const runs = ['a', 'b', 'c', 'd'].map((name) => pacer.run(task(name)));
  await settled();
  assert.deepEqual(begun, ['a', 'b']);
  await end('b');
  assert.deepEqual(begun, ['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) await end(name);
  assert.deepEqual(await Promise.all(runs), ['a', 'b', 'c', 'd']);
});

test('a task that fails makes room', async () => {
  const pacer = new Pacer(1, new ManualTime());
  await assert.rejects(
    pacer.run(() => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await pacer.run(async () => 'next'), 'next');
});

test('nothing begins during a rest, the longer of two rests counts, then all goes on', async () => {
  const time = new ManualTime();
  const pacer = new Pacer(2, time);
  const { begun, task, end } = taskList();
  const first = pacer.run(task('a'));
  await settled();
  pacer.rest(5000);
  pacer.rest(1000);
  const rest = ['b', 'c', 'd'].map((name) => pacer.run(task(name)));
  await time.pass(4999);
  assert.deepEqual(begun, ['a']);
  await end('a');
  assert.equal(await first, 'a', 'what is under way is not stopped');
  await time.pass(1);
  assert.deepEqual(begun, ['a', 'b', 'c']);
  for (const name of ['b', 'c', 'd']) await end(name);
  assert.deepEqual(await Promise.all(rest), ['b', 'c', 'd']);
});

test('a rest that grows while tasks wait is kept', async () => {
  const time = new ManualTime();
  const pacer = new Pacer(1, time);
  const { begun, task, end } = taskList();
  pacer.rest(1000);
  const run = pacer.run(task('a'));
  pacer.rest(3000);
  await time.pass(1000);
  assert.deepEqual(begun, []);
  await time.pass(2000);
  assert.deepEqual(begun, ['a']);
  await end('a');
  await run;
});

test('a task that is cancelled while it waits never begins, and its place is free', async () => {
  const pacer = new Pacer(1, new ManualTime());
  const { begun, task, end } = taskList();
  const first = pacer.run(task('a'));
  const abort = new AbortController();
  const cancelled = pacer.run(task('b'), abort.signal);
  const last = pacer.run(task('c'));
  abort.abort(new Error('stop'));
  await assert.rejects(cancelled, /stop/);
  await assert.rejects(pacer.run(task('d'), abort.signal), /stop/);
  await end('a');
  await end('c');
  assert.deepEqual([await first, await last], ['a', 'c']);
  assert.deepEqual(begun, ['a', 'c']);
});
