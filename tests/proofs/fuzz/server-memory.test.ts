import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MemorySample, memoryTrend } from './server-memory.ts';

const samples = (...megabytes: readonly number[]): readonly MemorySample[] =>
  megabytes.map((live, index) => ({ requests: (index + 1) * 1_000, resident: undefined, live }));

test('a server that grows by 1 MB in 1,000 requests grows by 100 MB in 100,000', () => {
  const trend = memoryTrend(samples(100, 101, 102, 103, 104, 105, 106, 107, 108, 109));
  assert.deepEqual(trend, { floors: [104, 107], growthPer100k: 100 });
});

test('growth while caches fill is not counted', () => {
  assert.equal(memoryTrend(samples(50, 90, 120, 140, 150, 150, 150, 150, 150, 150))?.growthPer100k, 0);
});

test('a heap that swings and always comes back does not grow', () => {
  assert.equal(memoryTrend(samples(50, 90, 120, 140, 150, 320, 260, 150, 300, 330))?.growthPer100k, 0);
});

test('a leak below a swing is seen', () => {
  const leaking = Array.from({ length: 40 }, (_, index) => 100 + index * 2 + (index % 5) * 30);
  assert.ok((memoryTrend(samples(...leaking))?.growthPer100k ?? 0) > 150);
});

test('a few samples are no trend', () => {
  assert.equal(memoryTrend(samples(1, 2, 3, 4, 5, 6, 7)), undefined);
});
