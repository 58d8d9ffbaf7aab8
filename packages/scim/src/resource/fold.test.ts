import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { defineAttribute } from '../schema/define.ts';
import { foldText, foldValue, searchDocument } from './fold.ts';

test('S11 folding twice is folding once, for each of the 1,112,064 code points', () => {
  let count = 0;
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const folded = foldText(String.fromCodePoint(codePoint));
    if (foldText(folded) !== folded) assert.fail(`U+${codePoint.toString(16)}`);
    count += 1;
  }
  assert.equal(count, 1_112_064);
});

const FOLDED: readonly [title: string, text: string, folded: string][] = [
  ['ASCII', 'Ann@Example.COM', 'ann@example.com'],
  ['composed and decomposed alike', 'Zoe\u0308', 'zo\u00eb'],
  ['the Kelvin sign', '\u212a', 'k'],
  ['the Angstrom sign', '\u212b', '\u00e5'],
  ['sigma alike wherever it stands', 'ΟΔΟΣ Σ', 'οδοσ σ'],
  ['sharp s stays', 'Weiß', 'weiß'],
  ['capital sharp s becomes small', 'WEIẞ', 'weiß'],
  ['I with dot, composed', '\u0130', 'i\u0307'],
  ['I with dot, decomposed', 'I\u0307', 'i\u0307'],
  ['dotless i stays', 'ı', 'ı'],
  ['beyond the basic plane', '\u{10400}', '\u{10428}'],
  ['Cyrillic a is no Latin a', 'А', 'а'],
];

for (const [title, text, folded] of FOLDED) {
  test(`S11 ${title}`, () => assert.equal(foldText(text), folded));
}

test('values are folded as their attribute compares them', () => {
  const exact = defineAttribute('a', '', { caseExact: true });
  const anyCase = defineAttribute('a', '');
  const link = defineAttribute('a', '', { type: 'reference', caseExact: false });
  const binary = defineAttribute('a', '', { type: 'binary', caseExact: false });
  assert.equal(foldValue('Ab', exact), 'Ab');
  assert.equal(foldValue('Ab', anyCase), 'ab');
  assert.equal(foldValue('HTTP://A', link), 'http://a');
  assert.equal(foldValue('QUJD', binary), 'QUJD');
  assert.equal(foldValue(5, defineAttribute('a', '', { type: 'integer' })), 5);
  assert.equal(foldValue(true, defineAttribute('a', '', { type: 'boolean' })), true);
});

test('a dateTime is folded to UTC with milliseconds, and nothing else is taken for one', () => {
  const created = defineAttribute('created', '', { type: 'dateTime' });
  assert.equal(foldValue('2024-02-29T23:30:00+01:00', created), '2024-02-29T22:30:00.000Z');
  assert.throws(() => foldValue('yesterday', created), TypeError);
});

test('a search document folds id and meta by their own rules', () => {
  const stored = {
    schemas: [GROUP_TYPE.schema.id],
    id: 'Ab',
    displayName: 'Tugs',
    meta: { created: '2024-01-01T00:00:00Z', version: 'W/"A"', resourceType: 'Group' },
  };
  assert.deepEqual(searchDocument(stored, GROUP_TYPE), {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:group'],
    id: 'Ab',
    displayName: 'tugs',
    meta: { created: '2024-01-01T00:00:00.000Z', version: 'W/"A"', resourceType: 'Group' },
  });
});

test('a search document leaves out what no schema has', () => {
  const stored = {
    userName: 'A',
    shoeSize: 'XL',
    'urn:example:none': { a: 'b' },
    name: { givenName: 'B', petName: 'C' },
  };
  assert.deepEqual(searchDocument(stored, USER_TYPE), { userName: 'a', name: { givenName: 'b' } });
});
