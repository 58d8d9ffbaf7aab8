import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidPathError, InvalidSyntaxError, InvalidValueError, type ScimError } from '../error.ts';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import type { Attribute } from '../schema/attribute.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { defineAttribute } from '../schema/define.ts';
import { type AttributeName, findAttribute } from '../schema/lookup.ts';
import { membersAttribute, readMembers } from './members.ts';
import type { Json } from './resource.ts';
import { normaliseValue, type ValueOptions } from './value.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function user(attribute: string, subAttribute?: string, urn?: string): Attribute {
  const name: AttributeName = { attribute, ...(subAttribute && { subAttribute }), ...(urn && { urn }) };
  const found = findAttribute(USER_TYPE, name);
  assert.ok(found, attribute);
  return found.leaf;
}

const ACTIVE = user('active');
const EMAILS = user('emails');
const NAME = user('name');
const TITLE = user('title');
const MANAGER = user('manager', undefined, ENTERPRISE);
const INTEGER = defineAttribute('floor', '', { type: 'integer' });
const DECIMAL = defineAttribute('height', '', { type: 'decimal' });
const BORN = defineAttribute('born', '', { type: 'dateTime' });

interface Run {
  readonly value?: Json | undefined;
  readonly error?: ScimError;
  readonly used: readonly Quirk[];
}

function run(
  value: Json,
  attribute: Attribute,
  options: Partial<ValueOptions> & { allowed?: ReadonlySet<Quirk> } = {},
): Run {
  const used: Quirk[] = [];
  const quirks = { allowed: options.allowed ?? ALL_QUIRKS, report: (quirk: Quirk) => void used.push(quirk) };
  try {
    const unknownAttributes = options.unknownAttributes ?? 'refuse';
    return { value: normaliseValue(value, attribute, attribute.name, { quirks, unknownAttributes }), used };
  } catch (error) {
    return { error: error as ScimError, used };
  }
}

function allBut(quirk: Quirk): ReadonlySet<Quirk> {
  return new Set([...ALL_QUIRKS].filter((allowed) => allowed !== quirk));
}

interface QuirkCase {
  readonly quirk: Quirk;
  readonly attribute: Attribute;
  readonly given: Json;
  readonly becomes: Json | undefined;
}

const QUIRK_CASES: readonly QuirkCase[] = [
  { quirk: 'string-boolean', attribute: ACTIVE, given: 'True', becomes: true },
  { quirk: 'string-boolean', attribute: ACTIVE, given: 'False', becomes: false },
  { quirk: 'string-boolean', attribute: ACTIVE, given: 'fALSE', becomes: false },
  { quirk: 'string-boolean', attribute: EMAILS, given: [{ primary: 'true' }], becomes: [{ primary: true }] },
  { quirk: 'single-value-as-list', attribute: EMAILS, given: { value: 'a' }, becomes: [{ value: 'a' }] },
  { quirk: 'list-as-single-value', attribute: MANAGER, given: [{ value: 'm' }], becomes: { value: 'm' } },
  { quirk: 'list-as-single-value', attribute: TITLE, given: ['Dr'], becomes: 'Dr' },
  { quirk: 'list-as-single-value', attribute: MANAGER, given: [], becomes: undefined },
  { quirk: 'list-as-single-value', attribute: MANAGER, given: [null], becomes: undefined },
  { quirk: 'bare-reference', attribute: MANAGER, given: 'm', becomes: { value: 'm' } },
  { quirk: 'bare-reference', attribute: EMAILS, given: ['a', 'b'], becomes: [{ value: 'a' }, { value: 'b' }] },
  { quirk: 'null-as-absent', attribute: EMAILS, given: [null, { value: 'a' }], becomes: [{ value: 'a' }] },
  {
    quirk: 'unknown-attribute-ignored',
    attribute: NAME,
    given: { givenName: 'A', pet: 'B' },
    becomes: { givenName: 'A' },
  },
];

for (const { quirk, attribute, given, becomes } of QUIRK_CASES) {
  const title = `${quirk}: ${attribute.name} ${JSON.stringify(given)}`;
  test(`${title} is ${JSON.stringify(becomes)}`, () => {
    const { value, error, used } = run(given, attribute);
    assert.equal(error, undefined);
    assert.deepEqual(value, becomes);
    assert.deepEqual([...new Set(used)], [quirk]);
  });
  test(`${title} is refused where the policy does not allow it`, () => {
    const { error, used } = run(given, attribute, { allowed: allBut(quirk) });
    assert.ok(error, 'it was accepted');
    assert.equal(error.status, 400);
    assert.ok(!used.includes(quirk));
  });
}

for (const given of [{ value: '' }, { value: null }, { Value: '', $ref: 'x' }, '', [{ value: '' }]]) {
  test(`empty-reference-clears: manager ${JSON.stringify(given)} is unassigned`, () => {
    const { value, used } = run(given as Json, MANAGER);
    assert.equal(value, undefined);
    assert.ok(used.includes('empty-reference-clears'));
  });
}

test('empty-reference-clears: without it an empty value is data', () => {
  const { value } = run({ value: '' }, MANAGER, { allowed: new Set() });
  assert.deepEqual(value, { value: '' });
});

test('unknown attributes are ignored by policy too, and then no quirk is reported', () => {
  const { value, used } = run({ givenName: 'A', pet: 'B' }, NAME, { allowed: new Set(), unknownAttributes: 'ignore' });
  assert.deepEqual(value, { givenName: 'A' });
  assert.deepEqual(used, []);
});

const UNASSIGNED: readonly [attribute: Attribute, given: Json][] = [
  [TITLE, null],
  [EMAILS, null],
  [EMAILS, []],
  [EMAILS, [{}]],
  [EMAILS, [{ value: null, type: null }]],
  [NAME, {}],
  [NAME, { givenName: null }],
  [MANAGER, { displayName: 'read only' }],
];

for (const [attribute, given] of UNASSIGNED) {
  test(`RFC 7643 2.5 ${attribute.name} ${JSON.stringify(given)} is unassigned`, () => {
    assert.deepEqual(run(given, attribute, { allowed: new Set() }), { value: undefined, used: [] });
  });
}

const KEPT: readonly [attribute: Attribute, given: Json][] = [
  [ACTIVE, false],
  [TITLE, ''],
  [TITLE, ' outer blanks stay '],
  [TITLE, '😀'],
  [INTEGER, 9_007_199_254_740_991],
  [INTEGER, -3],
  [DECIMAL, 1.5],
  [DECIMAL, 3],
  [BORN, '1900-01-01T00:00:00Z'],
  [BORN, '2024-05-17T08:30:00.1234567+02:00'],
  [user('profileUrl'), 'https://example.com/a?b=ü'],
  [user('profileUrl'), '../Users/1'],
  [user('x509Certificates', 'value'), 'QUI='],
  [EMAILS, [{ type: 'yacht', value: 'a@b' }]],
];

for (const [attribute, given] of KEPT) {
  test(`RFC 7643 2.3 ${attribute.name} ${JSON.stringify(given)} is kept as it was sent`, () => {
    assert.deepEqual(run(given, attribute, { allowed: new Set() }), { value: given, used: [] });
  });
}

const REFUSED: readonly [title: string, attribute: Attribute, given: Json, detail: RegExp][] = [
  ['a number for a string', TITLE, 5, /^title must be a string, not 5$/],
  ['true for a string', TITLE, true, /not true/],
  ['an object for a string', TITLE, { a: 1 }, /not an object/],
  ['a list of two for one value', TITLE, ['a', 'b'], /takes one value, not a list of 2 values/],
  ['a list in a list', TITLE, [['a']], /takes one value/],
  ['a word for a boolean', ACTIVE, 'yes', /active must be true or false.*not "yes"/],
  ['a number for a boolean', ACTIVE, 1, /not 1/],
  ['S9 an unsafe integer', INTEGER, 9_007_199_254_740_992, /floor must be an integer between/],
  ['a fraction for an integer', INTEGER, 1.5, /not 1.5/],
  ['a text for an integer', INTEGER, '5', /not "5"/],
  ['S9 infinity', DECIMAL, Number.POSITIVE_INFINITY, /finite/],
  ['S10 a date without zone', BORN, '2024-05-17T08:30:00', /RFC 3339/],
  ['S10 a leap second', BORN, '2016-12-31T23:59:60Z', /RFC 3339/],
  ['S10 the year 1899', BORN, '1899-12-31T23:59:59Z', /1900 to 9999/],
  ['S10 the year 12026', BORN, '12026-01-01T00:00:00Z', /RFC 3339/],
  ['a URI with a blank', user('profileUrl'), 'https://example.com/a b', /URI without blanks/],
  ['a URI with a line break', user('profileUrl'), 'https://a\r\nb', /URI/],
  ['base64 without padding', user('x509Certificates', 'value'), 'QUI', /base64/],
  ['text that is no base64', user('x509Certificates', 'value'), 'a-_b', /base64/],
  ['a number for a complex value', NAME, 5, /name must be an object.*not 5/],
  ['a text for a complex value without `value`', NAME, 'Ann', /name must be an object.*not "Ann"/],
  ['a number in a list', EMAILS, [{ value: 'a' }, 5], /^emails\[1\] must be an object/],
  ['a wrong sub-attribute in a list', EMAILS, [{ value: 'a' }, { value: 5 }], /^emails\[1\]\.value must be a string/],
  ['S7 NUL', TITLE, 'a\0b', /title holds the character NUL/],
  ['S8 half of a surrogate pair', TITLE, 'a\ud800', /half of a surrogate pair/],
  ['S8 half of a pair in a list', EMAILS, [{ value: '\udc00' }], /^emails\.value holds half/],
  ['S12 an invisible character in a unique value', user('userName'), 'a\u200bb', /invisible character U\+200B/],
];

for (const [title, attribute, given, detail] of REFUSED) {
  test(`${title} is refused`, () => {
    const { error } = run(given, attribute);
    assert.ok(error instanceof InvalidValueError, String(error));
    assert.match(error.message, detail);
  });
}

test('an error shows no more than 60 characters of a value', () => {
  const { error } = run('x'.repeat(1000), ACTIVE);
  assert.ok(error && error.message.length < 150, error?.message);
});

test('P6 an error does not show a password', () => {
  const { error } = run(918_273, user('password'));
  assert.ok(error);
  assert.doesNotMatch(error.message, /918/);
  const list = run(['canary-1', 'canary-2'], user('password'));
  assert.doesNotMatch(String(list.error?.message), /canary/);
});

test('S3 a sub-attribute given twice in different case is refused', () => {
  const { error } = run({ givenName: 'A', GIVENNAME: 'B' }, NAME);
  assert.ok(error instanceof InvalidSyntaxError);
  assert.match(error.message, /name\.givenName is given twice/);
});

for (const name of ['__proto__', 'constructor', 'prototype']) {
  test(`S4 ${name} is refused even where unknown attributes are ignored, and changes nothing`, () => {
    const given = JSON.parse(`{"givenName":"A","${name}":{"polluted":true}}`) as Json;
    const { error } = run(given, NAME, { unknownAttributes: 'ignore' });
    assert.ok(error instanceof InvalidPathError);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });
}

test('names become the schema’s, and the value that was given is not changed', () => {
  const given = { GIVENNAME: 'A', familyname: 'B' };
  const { value } = run(given, NAME);
  assert.deepEqual(value, { givenName: 'A', familyName: 'B' });
  assert.deepEqual(given, { GIVENNAME: 'A', familyname: 'B' });
});

const MEMBERS = membersAttribute(GROUP_TYPE) as Attribute;
const MEMBER_OPTIONS: ValueOptions = {
  quirks: { allowed: ALL_QUIRKS, report: () => undefined },
  unknownAttributes: 'refuse',
};

test('users have no members', () => assert.equal(membersAttribute(USER_TYPE), undefined));

test('members keep their order, each once, and lose what the service provider knows better', () => {
  const given: Json = [
    { value: 'b', display: 'B' },
    { VALUE: 'a', type: 'Group', $ref: '../Groups/a' },
    { value: 'b', type: 'User' },
  ];
  assert.deepEqual(readMembers(given, MEMBERS, MEMBER_OPTIONS), [{ value: 'b' }, { value: 'a', type: 'Group' }]);
});

test('no members is an empty list', () => {
  assert.deepEqual(readMembers([], MEMBERS, MEMBER_OPTIONS), []);
  assert.deepEqual(readMembers(null, MEMBERS, MEMBER_OPTIONS), []);
});

const WITHOUT_ID: readonly Json[] = [
  { display: 'A', type: 'User' },
  { value: '', type: 'User' },
  { $ref: '../Users/1' },
  { display: 'x' },
  { value: null },
];

for (const member of WITHOUT_ID) {
  test(`a member without an id is refused: ${JSON.stringify(member)}`, () => {
    assert.throws(() => readMembers([{ value: 'a' }, member], MEMBERS, MEMBER_OPTIONS), /members\[1\] has no value/);
  });
}

test('100,000 members are read at once', () => {
  const given = Array.from({ length: 100_000 }, (_, index) => ({ value: `id-${index}` }));
  assert.equal(readMembers(given, MEMBERS, MEMBER_OPTIONS).length, 100_000);
});
