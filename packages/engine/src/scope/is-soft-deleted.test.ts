import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSoftDeleted } from './is-soft-deleted.ts';

const BOOLEANS = [true, false];

test('IsSoftDeleted is true for whoever is out of scope, in the recycle bin, gone or disabled, and for nobody else', () => {
  for (const inScope of BOOLEANS) {
    for (const softDeleted of BOOLEANS) {
      for (const gone of BOOLEANS) {
        for (const accountEnabled of [true, 'True', undefined, null, false, 'False', 'false']) {
          const state = { type: 'User', inScope, softDeleted, gone, accountEnabled } as const;
          const disabled = String(accountEnabled).toLowerCase() === 'false';
          assert.equal(isSoftDeleted(state), !inScope || softDeleted || gone || disabled, JSON.stringify(state));
        }
      }
    }
  }
});

test('a group has no account that could be disabled', () => {
  const state = { type: 'Group', inScope: true, softDeleted: false, gone: false, accountEnabled: false } as const;
  assert.equal(isSoftDeleted(state), false);
});
