import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUuid, newUuid } from './uuid.ts';

test('rfc9562-6.2 ids are in the order of their making, within a millisecond and with a clock that is set back', () => {
  const now = Date.now();
  const made = Array.from({ length: 10_000 }, (_, index) => newUuid(now - (index % 3) * 1_000));
  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, made.length);
  assert.ok(made.every((id) => isUuid(id) && /^.{14}7.{4}[89ab]/.test(id)));
});

test('an id begins with the time of its making', () => {
  const later = Date.now() + 60_000;
  assert.equal(Number.parseInt(newUuid(later).replaceAll('-', '').slice(0, 12), 16), later);
});
