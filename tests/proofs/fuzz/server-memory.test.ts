import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MemorySample, memoryTrend } from './server-memory.ts';

const samples = (...megabytes: readonly number[]): readonly MemorySample[] =>
  megabytes.map((each, index) => ({ requests: (index + 1) * 1_000, megabytes: each }));

test('a server that grows by 1 MB in 1,000 requests grows by 100 MB in 100,000', () => {
  const trend = memoryTrend(samples(100, 101, 102, 103, 104, 105, 106, 107, 108, 109));
  assert.ok(trend && Math.abs(trend.growthPer100k - 100) < 1e-6);
  assert.deepEqual([trend.atFirst, trend.atLast, trend.highest], [104, 109, 109]);
});

test('growth while caches fill is not counted', () => {
  assert.equal(memoryTrend(samples(50, 90, 120, 140, 150, 150, 150, 150, 150, 150))?.growthPer100k, 0);
});

test('a few samples are no trend', () => {
  assert.equal(memoryTrend(samples(1, 2, 3, 4, 5)), undefined);
});
