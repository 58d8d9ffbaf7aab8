import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidValueError } from '../error.ts';
import { checkUserName } from './user-name.ts';

for (const name of [
  'ann',
  'Ann B',
  'ann+x@example.com',
  'a_b#EXT#@c',
  "o'neil",
  'Zoë',
  'Аня',
  '山田',
  'नी',
  'e\u0301',
  '😀',
]) {
  test(`${name} may be a userName`, () => checkUserName(name));
}

const REFUSED: readonly [title: string, name: string, detail: RegExp][] = [
  ['an empty name', '', /^userName is empty/],
  ['a blank before', ' ann', /begins or ends with a blank/],
  ['a blank after', 'ann ', /begins or ends with a blank/],
  ['a no-break space after', 'ann\u00a0', /begins or ends with a blank/],
  ['an ideographic space before', '\u3000ann', /begins or ends with a blank/],
  ['a line feed within', 'ann\nx', /U\+000A at position 4/],
  ['a carriage return at the end', 'ann\r', /begins or ends with a blank/],
  ['an escape', 'a\u001bn', /U\+001B at position 2/],
  ['a C1 control', 'a\u0085n', /U\+0085/],
  ['a zero-width space', 'an\u200bn', /U\+200B at position 3/],
  ['a zero-width joiner', 'an\u200dn', /U\+200D/],
  ['a byte order mark', 'ann\ufeff', /blank|U\+FEFF/],
  ['a soft hyphen', 'an\u00adn', /U\+00AD/],
  ['a right-to-left override', 'an\u202en', /U\+202E/],
  ['an isolate', 'an\u2066n', /U\+2066/],
  ['an Arabic letter mark', 'an\u061cn', /U\+061C/],
  ['a Hangul filler', 'an\u3164n', /U\+3164/],
  ['a variation selector', 'an\ufe0fn', /U\+FE0F/],
  ['a tag character', 'an\u{e0061}n', /U\+E0061/],
  ['a line separator', 'an\u2028n', /U\+2028/],
];

for (const [title, name, detail] of REFUSED) {
  test(`S12 ${title} is refused`, () => {
    assert.throws(
      () => checkUserName(name),
      (error) => error instanceof InvalidValueError && detail.test(error.message),
    );
  });
}
