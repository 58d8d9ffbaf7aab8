import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidPathError, InvalidSyntaxError, InvalidValueError, ScimError } from '../error.ts';
import { applyPatch } from '../patch/apply.ts';
import { parsePath } from '../path/parse.ts';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { defineAttribute, defineSchema } from '../schema/define.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { checkPrimary, checkResource, schemasInUse } from './check.ts';
import type { JsonObject } from './resource.ts';
import { validateResource } from './validate.ts';
import type { ValueOptions } from './value.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const STRICT: ValueOptions = { quirks: { allowed: new Set(), report: () => undefined }, unknownAttributes: 'refuse' };
const TOLERANT: ValueOptions = {
  quirks: { allowed: ALL_QUIRKS, report: () => undefined },
  unknownAttributes: 'ignore',
};

function read(input: JsonObject, options = STRICT, type: ResourceType = USER_TYPE): JsonObject {
  return validateResource(input, type, options).resource;
}

interface Refusal {
  readonly title: string;
  readonly input: JsonObject;
  readonly error: typeof InvalidValueError | typeof InvalidSyntaxError | typeof InvalidPathError;
  readonly detail: RegExp;
  readonly type?: ResourceType;
}

const REFUSALS: readonly Refusal[] = [
  { title: 'no schemas', input: { userName: 'a' }, error: InvalidValueError, detail: /^schemas must list urn:.*:User/ },
  {
    title: 'schemas is null',
    input: { schemas: null, userName: 'a' },
    error: InvalidValueError,
    detail: /schemas must list/,
  },
  {
    title: 'schemas is empty',
    input: { schemas: [], userName: 'a' },
    error: InvalidValueError,
    detail: /schemas must list/,
  },
  {
    title: 'schemas of another type',
    input: { schemas: [GROUP], userName: 'a' },
    error: InvalidValueError,
    detail: /schemas must list urn:ietf:params:scim:schemas:core:2.0:User/,
  },
  {
    title: 'schemas holds a number',
    input: { schemas: [USER, 5], userName: 'a' },
    error: InvalidValueError,
    detail: /schemas\[1\]/,
  },
  {
    title: 'no userName',
    input: { schemas: [USER] },
    error: InvalidValueError,
    detail: /^userName is required and missing/,
  },
  {
    title: 'userName is null',
    input: { schemas: [USER], userName: null },
    error: InvalidValueError,
    detail: /userName is required/,
  },
  {
    title: 'userName is empty',
    input: { schemas: [USER], userName: '' },
    error: InvalidValueError,
    detail: /^userName is empty/,
  },
  {
    title: 'no displayName of a group',
    input: { schemas: [GROUP] },
    error: InvalidValueError,
    detail: /^displayName is required and missing/,
    type: GROUP_TYPE,
  },
  {
    title: 'an empty displayName of a group',
    input: { schemas: [GROUP], displayName: '' },
    error: InvalidValueError,
    detail: /^displayName is required and empty/,
    type: GROUP_TYPE,
  },
  {
    title: 'RFC 7643 2.4 two primary values',
    input: {
      schemas: [USER],
      userName: 'a',
      emails: [{ value: 'a', primary: true }, { value: 'b' }, { value: 'c', primary: true }],
    },
    error: InvalidValueError,
    detail: /^emails\[0\] and emails\[2\] are both primary/,
  },
  {
    title: 'S3 a name twice in different case',
    input: { schemas: [USER], userName: 'a', USERNAME: 'b' },
    error: InvalidSyntaxError,
    detail: /userName is given twice/,
  },
  {
    title: 'S3 an extension twice in different case',
    input: { schemas: [USER], userName: 'a', [ENTERPRISE]: {}, [ENTERPRISE.toUpperCase()]: {} },
    error: InvalidSyntaxError,
    detail: /given twice/,
  },
  {
    title: 'an unknown attribute',
    input: { schemas: [USER], userName: 'a', shoeSize: '44' },
    error: InvalidSyntaxError,
    detail: /^shoeSize is no attribute/,
  },
  {
    title: 'an unknown attribute of an extension',
    input: { schemas: [USER], userName: 'a', [ENTERPRISE]: { shoeSize: '44' } },
    error: InvalidSyntaxError,
    detail: /:User:shoeSize/,
  },
  {
    title: 'an attribute of an extension without its URN',
    input: { schemas: [USER], userName: 'a', department: 'x' },
    error: InvalidSyntaxError,
    detail: /^department is no attribute/,
  },
  {
    title: 'members of a user',
    input: { schemas: [USER], userName: 'a', members: [] },
    error: InvalidSyntaxError,
    detail: /^members is no attribute/,
  },
  {
    title: 'an extension that is a text',
    input: { schemas: [USER], userName: 'a', [ENTERPRISE]: 'x' },
    error: InvalidValueError,
    detail: /must be an object/,
  },
  {
    title: 'S4 an attribute called constructor',
    input: { schemas: [USER], userName: 'a', constructor: {} as JsonObject },
    error: InvalidPathError,
    detail: /constructor is no attribute/,
  },
];

for (const { title, input, error, detail, type } of REFUSALS) {
  test(`${title} is refused`, () => {
    assert.throws(
      () => read(input, STRICT, type),
      (thrown) => thrown instanceof error && detail.test(thrown.message),
    );
  });
}

test('S23 id, meta and groups of the body are ignored, whatever they hold', () => {
  const input = { schemas: [USER], userName: 'a', id: 5, meta: 'x', groups: [{ value: 'admins' }] };
  assert.deepEqual(read(input), { schemas: [USER], userName: 'a' });
});

test('S23 a password is checked and dropped', () => {
  assert.deepEqual(read({ schemas: [USER], userName: 'a', password: 'canary' }), { schemas: [USER], userName: 'a' });
  assert.throws(() => read({ schemas: [USER], userName: 'a', password: 5 }), InvalidValueError);
});

test('schemas is computed: an extension counts when its data is there, listed or not', () => {
  const unlisted = read({ schemas: [USER], userName: 'a', [ENTERPRISE]: { department: 'x' } });
  assert.deepEqual(unlisted.schemas, [USER, ENTERPRISE]);
  const unused = read({ schemas: [ENTERPRISE, USER.toUpperCase(), 'urn:example:none'], userName: 'a' });
  assert.deepEqual(unused, { schemas: [USER], userName: 'a' });
  const emptied = read({ schemas: [USER, ENTERPRISE], userName: 'a', [ENTERPRISE]: { department: null } });
  assert.deepEqual(emptied, { schemas: [USER], userName: 'a' });
});

test('an extension is stored under its URN as the schema spells it', () => {
  const resource = read({ schemas: [USER], userName: 'a', [ENTERPRISE.toUpperCase()]: { DEPARTMENT: 'x' } });
  assert.deepEqual(resource[ENTERPRISE], { department: 'x' });
});

test('extension-attribute-without-urn: it joins what stands under the URN, but not twice', () => {
  const used: Quirk[] = [];
  const quirks = { allowed: ALL_QUIRKS, report: (quirk: Quirk) => void used.push(quirk) };
  const input = { schemas: [USER], userName: 'a', department: 'x', [ENTERPRISE]: { division: 'y' } };
  const resource = read(input, { ...STRICT, quirks });
  assert.deepEqual(resource[ENTERPRISE], { department: 'x', division: 'y' });
  assert.deepEqual(used, ['extension-attribute-without-urn']);
  const twice = { schemas: [USER], userName: 'a', department: 'x', [ENTERPRISE]: { department: 'y' } };
  assert.throws(() => read(twice, TOLERANT), /:department is given twice/);
});

test('unknown attributes are dropped where the policy says so', () => {
  const input = { schemas: [USER], userName: 'a', shoeSize: '44', 'urn:example:none': { a: 1 } };
  assert.deepEqual(read(input, TOLERANT), { schemas: [USER], userName: 'a' });
});

test('members are absent, empty or listed as the body says', () => {
  const group = { schemas: [GROUP], displayName: 'g' };
  const membersOf = (more: JsonObject) => validateResource({ ...group, ...more }, GROUP_TYPE, STRICT).members;
  assert.equal(membersOf({}), undefined);
  assert.deepEqual(membersOf({ members: [] }), []);
  assert.deepEqual(membersOf({ members: null }), []);
  assert.deepEqual(membersOf({ members: [{ value: 'a' }] }), [{ value: 'a' }]);
  assert.ok(!('members' in read({ ...group, members: [{ value: 'a' }] }, STRICT, GROUP_TYPE)));
});

test('a required extension and a required sub-attribute must be there', () => {
  const schema = defineSchema({
    id: 'urn:example:badge',
    name: 'Badge',
    description: 'Badges',
    attributes: [
      defineAttribute('badges', '', {
        multiValued: true,
        subAttributes: [defineAttribute('number', '', { required: true })],
      }),
    ],
  });
  const type: ResourceType = { ...USER_TYPE, schemaExtensions: [{ schema, required: true }] };
  const base = { schemas: [USER], userName: 'a' };
  assert.throws(() => checkResource(base, type), /^InvalidValueError: urn:example:badge is required and missing/);
  assert.throws(
    () => checkResource({ ...base, 'urn:example:badge': { badges: [{ number: '1' }, {}] } }, type),
    /urn:example:badge:badges\[1\]\.number is required/,
  );
  checkResource({ ...base, 'urn:example:badge': { badges: [{ number: '1' }] } }, type);
});

test('what POST accepted is accepted again, unchanged', () => {
  const input = {
    schemas: [USER],
    UserName: 'a',
    Emails: [{ Value: 'x', Primary: true }],
    [ENTERPRISE]: { manager: { value: 'm' } },
  };
  const once = read(input);
  assert.deepEqual(read(once), once);
  assert.deepEqual(schemasInUse(once, USER_TYPE), once.schemas);
});

test('a list with one primary value passes', () => {
  checkPrimary([{ primary: false }, { primary: true }, {}], 'emails');
});

test('S4 P14 hostile bodies get a 4xx and leave the prototype as it was', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', '__defineGetter__', 'hasOwnProperty']) {
    for (const body of [`{"${key}":{"x":1}}`, `{"name":{"${key}":{"x":1}}}`, `{"${ENTERPRISE}":{"${key}":1}}`]) {
      const input = { schemas: [USER], userName: 'a', ...(JSON.parse(body) as JsonObject) };
      const own = Object.defineProperty(
        input,
        '__proto__',
        Object.getOwnPropertyDescriptor(JSON.parse(body), '__proto__') ?? { value: undefined },
      );
      assert.throws(
        () => read(own),
        (error) => error instanceof ScimError && error.status === 400,
        body,
      );
    }
  }
  assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
});

test('schemas repeated inside an extension says nothing new, in a body as in a PATCH', () => {
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const extension = { schemas: [urn], department: 'Ports' };
  const options = {
    quirks: { allowed: new Set<never>(), report: () => undefined },
    unknownAttributes: 'refuse',
  } as const;
  const { resource } = validateResource(
    { schemas: [USER_TYPE.schema.id], userName: 'ann', [urn]: extension },
    USER_TYPE,
    options,
  );
  assert.deepEqual(resource[urn], { department: 'Ports' });
  const operations = [{ op: 'replace', path: parsePath(urn), value: { ...extension, department: 'Docks' } }] as const;
  const patched = applyPatch({ resource, type: USER_TYPE, operations, ...options });
  assert.deepEqual(patched.resource[urn], { department: 'Docks' });
});
