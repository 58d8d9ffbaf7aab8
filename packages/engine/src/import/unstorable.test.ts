import assert from 'node:assert/strict';
import { test } from 'node:test';
import { group, user } from '../testing/engine-fixture.ts';
import { findUnstorable } from './unstorable.ts';

for (const [what, object, refused] of [
  ['an ordinary user', user('a', { note: null, empty: '', list: ['x', ''] }), undefined],
  ['an escaped backslash before u0000', user('a', { note: '\\u0000' }), undefined],
  ['an emoji', user('a', { note: '😀' }), undefined],
  ['a NUL in a value', user('a', { note: 'x\u0000y' }), /"note"/],
  ['a NUL in a list', user('a', { list: ['x', '\u0000'] }), /"list"/],
  ['half a surrogate pair', user('a', { note: 'x\ud800' }), /"note"/],
  ['a NUL in a name', user('a', { 'no\u0000te': 'x' }), /attribute/],
  ['an empty id', user(''), /id ""/],
  ['a NUL in an id', user('a\u0000'), /id/],
  ['a member without an id', group('g', ['']), /member ""/],
] as const) {
  test(`${what} is ${refused === undefined ? 'stored' : 'refused by name'}`, () => {
    const reason = findUnstorable(object);
    if (refused === undefined) assert.equal(reason, undefined);
    else assert.match(reason ?? '', refused);
  });
}
