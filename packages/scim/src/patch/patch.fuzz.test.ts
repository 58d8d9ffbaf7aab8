import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ScimError } from '../error.ts';
import { evaluateElementFilter } from '../filter/evaluate.ts';
import { PATCH_OP_SCHEMA } from '../message/urns.ts';
import { schemasInUse } from '../resource/check.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { validateResource } from '../resource/validate.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { recordedQuirks } from '../testing/recorded-quirks.ts';
import { applyPatch } from './apply.ts';
import type { PatchResult } from './draft.ts';
import type { MemberDelta } from './members.ts';
import { parsePatch } from './parse.ts';
import { sameJson } from './same-json.ts';

// Strategy: random requests on random users. Whatever they say, the outcome is a refusal or a valid resource
// that the changes alone lead to; a request that succeeded changes nothing when it comes again; an operation
// without a path is the operations with paths that it stands for; and member deltas, applied to a set, come
// to what a plain list of members comes to.

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function patch(resource: JsonObject, operations: Json, type: ResourceType = USER_TYPE): PatchResult {
  const { quirks } = recordedQuirks();
  const { operations: parsed } = parsePatch({ schemas: [PATCH_OP_SCHEMA], Operations: operations }, { quirks });
  return applyPatch({ resource, type, operations: parsed, quirks, unknownAttributes: 'refuse' });
}

/** The outcome, or undefined for a refusal by the protocol; anything else thrown fails the test. */
function tryPatch(resource: JsonObject, operations: Json, type?: ResourceType): PatchResult | undefined {
  try {
    return patch(resource, operations, type);
  } catch (error) {
    assert.ok(error instanceof ScimError && error.status === 400, String(error));
    return undefined;
  }
}

const plain: { noNullPrototype: true; requiredKeys: [] } = { noNullPrototype: true, requiredKeys: [] };
const words = fc.constantFrom('a', 'B', 'work', 'home', 'x@y.example', 'Zoë', '');
const elements = fc.record(
  { value: words, type: fc.constantFrom('work', 'home', 'other'), primary: fc.boolean() },
  plain,
);

function stored(resource: JsonObject): JsonObject {
  return { ...resource, schemas: schemasInUse(resource, USER_TYPE) };
}

function atMostOnePrimary(list: readonly JsonObject[]): readonly JsonObject[] {
  const first = list.findIndex((element) => element.primary === true);
  return list.map((element, index) =>
    index !== first && element.primary === true ? { ...element, primary: false } : element,
  );
}

const users = fc
  .record(
    {
      userName: fc.constantFrom('ann', 'bo'),
      title: words,
      active: fc.boolean(),
      name: fc.record({ givenName: words, familyName: words }, { noNullPrototype: true }),
      emails: fc
        .array(elements, { minLength: 1, maxLength: 4 })
        .map((list) => list.filter((element) => Object.keys(element).length > 0)),
      [ENTERPRISE]: fc.record(
        { department: words, manager: fc.record({ value: fc.constantFrom('m1', 'm2') }, { noNullPrototype: true }) },
        { noNullPrototype: true },
      ),
    },
    { noNullPrototype: true, requiredKeys: ['userName'] },
  )
  .map(({ emails, ...user }) =>
    stored({
      ...user,
      ...(emails && emails.length > 0 && { emails: atMostOnePrimary(emails as readonly JsonObject[]) }),
    } as JsonObject),
  );

const paths = fc.constantFrom(
  'title',
  'active',
  'userName',
  'name',
  'name.givenName',
  'emails',
  'emails.type',
  'emails.primary',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[type eq "home"].primary',
  'emails[primary eq "True"].type',
  'emails[type eq "work" and value eq "a"]',
  'emails[not (type eq "work")].value',
  'manager',
  `${ENTERPRISE}:manager.value`,
  ENTERPRISE,
  'id',
  'schemas',
  'password',
  '__proto__',
  'constructor.prototype',
  'x[y',
  'emails[constructor pr]',
);
const simple: fc.Arbitrary<Json> = fc.oneof(
  words,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('True', 'false'),
  fc.integer(),
);
const values: fc.Arbitrary<Json> = fc.oneof(
  simple,
  elements as fc.Arbitrary<Json>,
  fc.array(elements, { maxLength: 3 }) as fc.Arbitrary<Json>,
  fc.dictionary(
    fc.constantFrom(
      'title',
      'Emails',
      'name',
      'name.familyName',
      `${ENTERPRISE}:department`,
      'givenName',
      'value',
      'constructor',
      'prototype',
      'emails[type eq "home"].value',
      'members',
    ),
    simple,
    { maxKeys: 3, noNullPrototype: true },
  ),
);
const anything = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'remove'), path: paths, value: values },
  { noNullPrototype: true, requiredKeys: ['op'] },
) as fc.Arbitrary<JsonObject>;

/** Requests that make sense, lest nearly all be refused. */
function fitting(path: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> {
  const ops = fc.constantFrom('add', 'replace', 'remove');
  return fc
    .tuple(ops, value)
    .map(([op, given]) => ({ op, path, ...(op !== 'remove' && { value: given }) }) as JsonObject);
}

const operations = fc.oneof(
  anything,
  fitting('title', words),
  fitting('active', fc.constantFrom(true, false, 'True')),
  fitting('name', fc.record({ givenName: fc.option(words), familyName: words }, plain)),
  fitting('name.familyName', words),
  fitting('emails', fc.array(elements, { maxLength: 3 })),
  fitting('emails[type eq "work"].value', words),
  fitting('emails[type eq "work"]', elements),
  fitting('emails[type eq "home"].primary', fc.boolean()),
  fitting('emails[value eq "a" and type eq "other"].display', words),
  fitting(
    `${ENTERPRISE}:manager`,
    fc.constantFrom({ value: 'm1' }, { value: 'm2', $ref: '../Users/m2' }, { value: '' }, 'm3', null),
  ),
  fitting(ENTERPRISE, fc.record({ department: words, manager: fc.constantFrom(null, { value: 'm4' }) }, plain)),
);
const requests = fc.array(operations, { minLength: 1, maxLength: 4 });

function replay(before: JsonObject, { changes, resource }: PatchResult): JsonObject {
  const replayed = new Map(Object.entries(before));
  for (const { attribute, after } of changes) {
    if (after === undefined) replayed.delete(attribute);
    else replayed.set(attribute, after);
  }
  return { ...Object.fromEntries(replayed), schemas: resource.schemas ?? [] };
}

test('P4 P14 S4 any request is refused, or comes to a valid resource that its changes lead to', () => {
  const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  fc.assert(
    fc.property(users, requests, (user, request) => {
      const copy = structuredClone(user);
      const result = tryPatch(user, request);
      assert.deepEqual(user, copy, 'the resource that was given is not written into');
      if (result === undefined) return;
      assert.equal(result.resource === user, result.changes.length === 0);
      assert.ok(sameJson(replay(user, result), result.resource));
      const { quirks } = recordedQuirks([]);
      const validated = validateResource(result.resource, USER_TYPE, { quirks, unknownAttributes: 'refuse' });
      assert.ok(sameJson(validated.resource, result.resource), 'in stored form');
    }),
    { numRuns: 3000 },
  );
  assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), before);
});

test('P9 one operation that comes again changes nothing, or finds nothing left to work on', () => {
  fc.assert(
    fc.property(users, operations, (user, operation) => {
      const once = tryPatch(user, [operation]);
      if (once === undefined) return;
      const twice = tryPatch(once.resource, [operation]);
      assert.equal(twice?.resource ?? once.resource, once.resource);
    }),
    { numRuns: 3000 },
  );
});

test('an operation without a path is the operations that its names stand for', () => {
  const attributes = fc.dictionary(
    fc.constantFrom(
      'title',
      'name.givenName',
      'emails',
      'active',
      `${ENTERPRISE}:department`,
      'emails[type eq "work"].value',
    ),
    fc.oneof(words, fc.boolean(), fc.array(elements, { maxLength: 2 })),
    { maxKeys: 4, noNullPrototype: true },
  );
  fc.assert(
    fc.property(users, fc.constantFrom('add', 'replace'), attributes, (user, op, value) => {
      const together = tryPatch(user, [{ op, value }] as Json);
      const apart = Object.entries(value).map(([path, part]) => ({ op, path, value: part }));
      const each = apart.length === 0 ? patch(user, [{ op, value: {} }]) : tryPatch(user, apart as Json);
      assert.deepEqual(together, each);
    }),
    { numRuns: 1000 },
  );
});

// Members: a plain list that every operation is done to at once, beside the deltas done to a set.

const ids = fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5');
const lists = fc.array(
  ids.map((value) => ({ value })),
  { maxLength: 3 },
);
const memberOperations = fc.oneof(
  lists.map((value) => ({ op: 'add', path: 'members', value })),
  lists.map((value) => ({ op: 'replace', path: 'members', value })),
  lists.map((value) => ({ op: 'Remove', path: 'members', value })),
  lists.map((members) => ({ op: 'add', value: { members } })),
  fc.constant({ op: 'remove', path: 'members' }),
  fc.constant({ op: 'replace', value: { displayName: 'G' } }),
  ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
  fc.tuple(ids, ids).map(([a, b]) => ({ op: 'remove', path: `members[value eq "${a}" or value eq "${b}"]` })),
  ids.map((id) => ({ op: 'remove', path: `members[value ge "${id}"]` })),
);
type MemberOperation = { op: string; path?: string; value?: unknown };

function naive(members: readonly string[], { op, path = '', value }: MemberOperation): readonly string[] {
  const listed = (Array.isArray(value) ? value : ((value as { members?: unknown[] })?.members ?? [])) as {
    value: string;
  }[];
  const given = listed.map((member) => member.value);
  if (op === 'add') return [...members, ...given.filter((id) => !members.includes(id))];
  if (op === 'replace') return path === '' ? members : given;
  if (path.includes(' ge ')) return members.filter((id) => id < (path.match(/"(.*)"/)?.[1] ?? ''));
  if (path.includes('[')) return members.filter((id) => !path.includes(`"${id}"`));
  return value === undefined ? [] : members.filter((id) => !given.includes(id));
}

function applyDelta(members: Set<string>, delta: MemberDelta): Set<string> {
  switch (delta.kind) {
    case 'add':
      return members.union(new Set(delta.members.map((member) => member.value)));
    case 'remove':
      return members.difference(new Set(delta.ids));
    case 'removeWhere':
      return new Set([...members].filter((value) => !evaluateElementFilter(delta.filter, { value })));
    case 'removeAll':
      return new Set();
    case 'replaceAll':
      return new Set(delta.members.map((member) => member.value));
  }
}

test('P2 member deltas come to what a plain list of members comes to', () => {
  fc.assert(
    fc.property(fc.uniqueArray(ids), fc.array(memberOperations, { minLength: 1, maxLength: 8 }), (start, request) => {
      const group = { displayName: 'G', schemas: [GROUP_TYPE.schema.id] };
      const { members, changes } = patch(group, request as Json, GROUP_TYPE);
      const expected = request.reduce(naive, start as readonly string[]);
      assert.deepEqual([...members.reduce(applyDelta, new Set(start))].sort(), [...new Set(expected)].sort());
      assert.deepEqual(changes, []);
    }),
    { numRuns: 2000 },
  );
});
