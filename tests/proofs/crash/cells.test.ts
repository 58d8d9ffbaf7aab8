import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cells, groupState, judge, readGroupState, type Step } from './cells.ts';

const acknowledged: Cells = new Map([
  ['user:c1u1', 'one'],
  ['user:c1u2', 'two'],
]);
const step = (...entries: readonly [string, string | undefined][]): Step => new Map(entries);
const found = (...entries: readonly [string, string][]): Cells => new Map(entries);

const BULK = [step(['user:c1u3', 'new']), step(['user:c1u1', 'changed'], ['user:c1u2', undefined])];

const CASES: readonly [title: string, found: Cells, outcome: string][] = [
  ['nothing of the request in flight', found(['user:c1u1', 'one'], ['user:c1u2', 'two']), 'kept 0'],
  ['its first step', found(['user:c1u1', 'one'], ['user:c1u2', 'two'], ['user:c1u3', 'new']), 'kept 1'],
  ['all of it', found(['user:c1u1', 'changed'], ['user:c1u3', 'new']), 'kept 2'],
  ['its second step without the first', found(['user:c1u1', 'changed']), 'half-done'],
  ['half of its second step', found(['user:c1u1', 'changed'], ['user:c1u2', 'two'], ['user:c1u3', 'new']), 'half-done'],
  ['what nobody wrote', found(['user:c1u1', 'one'], ['user:c1u2', 'two'], ['user:c1u9', 'ghost']), 'lost'],
];

for (const [title, cells, outcome] of CASES) {
  test(`the judge who finds ${title} says ${outcome}`, () => {
    const verdict = judge({ acknowledged, inFlight: BULK }, cells);
    assert.equal(verdict.kind === 'kept' ? `kept ${verdict.stepsDone}` : verdict.kind, outcome);
  });
}

test('an acknowledged write that is not there is lost, and named', () => {
  const verdict = judge({ acknowledged, inFlight: [] }, found(['user:c1u1', 'older'], ['user:c1u2', 'two']));
  assert.deepEqual(verdict, { kind: 'lost', differences: ['user:c1u1: one expected, older found'] });
});

test('a group is the same however its members are listed', () => {
  const state = groupState({ mark: 'w1', members: ['b', 'a'] });
  assert.equal(state, groupState({ mark: 'w1', members: ['a', 'b'] }));
  assert.deepEqual(readGroupState(state), { mark: 'w1', members: ['a', 'b'] });
});
