import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggestName } from './suggestion.ts';

const names = ['Join', 'ToLower', 'ToUpper', 'IIF', 'IsNull', 'IsNullOrEmpty'];

for (const [name, suggestion] of [
  ['join', 'Join'],
  ['Jion', 'Join'],
  ['J', undefined],
  ['ToLowr', 'ToLower'],
  ['toupper', 'ToUpper'],
  ['IF', 'IIF'],
  ['IsNullorEmpty', 'IsNullOrEmpty'],
  ['Xyzzy', undefined],
  ['x'.repeat(9_000), undefined],
] as const) {
  test(`${name.slice(0, 20)} was probably meant as ${suggestion ?? 'nothing known'}`, () => {
    assert.equal(suggestName(name, names), suggestion);
  });
}
