import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTargetAttribute } from './target-attribute.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const OBJECT = {
  id: 'u-1',
  userName: 'ann@example.com',
  active: false,
  name: { givenName: 'Ann' },
  emails: [
    { type: 'home', value: 'h@example.com' },
    { type: 'work', value: 'w@example.com', primary: true },
  ],
  tags: ['a', 'b'],
  [ENTERPRISE]: { department: 'Sales', manager: { value: 'u-2' } },
};

for (const [name, expected] of [
  ['userName', 'ann@example.com'],
  ['USERNAME', 'ann@example.com'],
  ['active', false],
  ['name.givenName', 'Ann'],
  ['name.familyName', undefined],
  ['name', undefined],
  ['emails[type eq "work"].value', 'w@example.com'],
  ['emails[type eq "other"].value', undefined],
  ['emails[primary eq "True"].value', 'w@example.com'],
  ['tags', ['a', 'b']],
  ['emails', ['h@example.com', 'w@example.com']],
  [`${ENTERPRISE}:department`, 'Sales'],
  [`${ENTERPRISE.toLowerCase()}:Department`, 'Sales'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'ann@example.com'],
  ['displayName', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
  ['emails[type eq "work"', undefined],
] satisfies [string, unknown][]) {
  test(`${name} reads ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(readTargetAttribute(OBJECT, name), expected);
  });
}
