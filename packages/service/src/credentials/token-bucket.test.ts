import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../testing/manual-clock.ts';
import { TokenBuckets } from './token-bucket.ts';

const drain = (buckets: TokenBuckets, key: string, times: number): readonly number[] =>
  Array.from({ length: times }, () => buckets.take(key));

test('a full bucket gives its burst at once, then says how long to wait', () => {
  const buckets = new TokenBuckets({ perSecond: 0.5, burst: 3 }, new ManualClock());
  assert.deepEqual(drain(buckets, 'a', 5), [0, 0, 0, 2, 2]);
});

test('what flows back by time can be taken again, up to the burst', () => {
  const clock = new ManualClock();
  const buckets = new TokenBuckets({ perSecond: 2, burst: 3 }, clock);
  drain(buckets, 'a', 3);
  clock.advanceMs(1000);
  assert.deepEqual(drain(buckets, 'a', 3), [0, 0, 1]);
  clock.advanceMs(3_600_000);
  assert.deepEqual(drain(buckets, 'a', 4), [0, 0, 0, 1]);
});

test('each key has a bucket of its own', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, new ManualClock());
  assert.deepEqual([buckets.take('a'), buckets.take('b'), buckets.take('a')], [0, 0, 1]);
});

test('asking for the wait takes nothing', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, new ManualClock());
  assert.deepEqual([buckets.wait('a'), buckets.wait('a'), buckets.take('a'), buckets.wait('a')], [0, 0, 0, 1]);
});

test('a corrected time of day neither fills nor empties a bucket', () => {
  const clock = new ManualClock();
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, clock);
  buckets.take('a');
  clock.correctMs(86_400_000);
  assert.equal(buckets.take('a'), 1);
});

test('a rate of 0 switches the limit off', () => {
  const buckets = new TokenBuckets({ perSecond: 0, burst: 0 }, new ManualClock());
  assert.ok(drain(buckets, 'a', 10_000).every((wait) => wait === 0));
});

test('a burst that lets nothing pass is refused', () => {
  assert.throws(() => new TokenBuckets({ perSecond: 1, burst: 0 }, new ManualClock()), TypeError);
});

test('over any time, no more than the burst and what flowed back is given', () => {
  const steps = fc.array(fc.nat({ max: 5000 }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (waits, perSecond, burst) => {
      const clock = new ManualClock();
      const buckets = new TokenBuckets({ perSecond, burst }, clock);
      let taken = 0;
      for (const ms of waits) {
        clock.advanceMs(ms);
        if (buckets.take('a') === 0) taken += 1;
      }
      assert.ok(taken <= burst + (clock.monotonicMs() / 1000) * perSecond + 1e-6);
    }),
  );
});
