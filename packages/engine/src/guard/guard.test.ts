import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperationKind } from '../ledger/operation.ts';
import { judgePlan, type PlanCounts, takesAway } from './guard.ts';

const NONE: PlanCounts = {
  create: 0,
  update: 0,
  disable: 0,
  enable: 0,
  delete: 0,
  link: 0,
  release: 0,
  addMembers: 0,
  removeMembers: 0,
};

test('P8 a plan at its limits is applied, one beyond any of them is held with the reason', () => {
  assert.deepEqual(judgePlan({ ...NONE, delete: 5 }, { delete: 5 }), { held: false });
  assert.deepEqual(judgePlan({ ...NONE, delete: 6, disable: 2 }, { delete: 5, disable: 1 }), {
    held: true,
    reasons: [
      'the plan has 6 operations of kind delete, the limit is 5',
      'the plan has 2 operations of kind disable, the limit is 1',
    ],
  });
});

test('a limit of 0 holds the first of its kind', () => {
  assert.equal(judgePlan({ ...NONE, delete: 1 }, { delete: 0 }).held, true);
  assert.equal(judgePlan(NONE, { delete: 0 }).held, false);
});

test('P7 whatever takes away is known as such', () => {
  const giving: readonly OperationKind[] = ['create', 'update', 'enable', 'link', 'addMembers'];
  for (const kind of Object.keys(NONE) as OperationKind[]) {
    assert.equal(takesAway({ kind, linkState: null }), !giving.includes(kind), kind);
    assert.equal(takesAway({ kind, linkState: 'unmanaged' }), true, kind);
    assert.equal(takesAway({ kind, linkState: 'removed' }), true, kind);
  }
});
