import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidValueError, ScimError } from '../error.ts';
import { type BulkOperation, parseBulkRequest } from '../message/bulk-request.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { type BulkStep, planBulk } from './order.ts';
import { bulkIdsIn, replaceBulkIds } from './references.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function operations(...list: Json[]): readonly BulkOperation[] {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: list };
  return parseBulkRequest(body, { types: [USER_TYPE, GROUP_TYPE], operationsMax: 20_000 }).operations;
}

function user(bulkId: string, manager?: string): Json {
  const extension = { [ENTERPRISE]: { department: 'x', manager: { value: `bulkId:${manager}` } } };
  return { method: 'POST', path: '/Users', bulkId, data: { userName: bulkId, ...(manager && extension) } };
}

function group(bulkId: string, ...members: string[]): Json {
  const data = { displayName: bulkId, members: members.map((value) => ({ value: `bulkId:${value}` })) };
  return { method: 'POST', path: '/Groups', bulkId, data };
}

/** `0` for a step that runs operation 0, `0+` for one that completes it. */
function summary(steps: readonly BulkStep[]): string {
  return steps.map(({ kind, position }) => (kind === 'run' ? `${position}` : `${position}+`)).join(' ');
}

const ORDERS: readonly [title: string, list: readonly Json[], order: string][] = [
  ['no references: the order of the client', [user('a'), group('b'), user('c')], '0 1 2'],
  ['a reference back', [user('a'), group('g', 'a')], '0 1'],
  ['a reference forward', [group('g', 'a'), user('a')], '1 0'],
  ['a chain forward', [group('g', 'h'), group('h', 'i'), group('i', 'a'), user('a')], '3 2 1 0'],
  ['only what is needed moves forward', [user('a'), group('g', 'c'), user('b'), user('c')], '0 3 1 2'],
  ['two needs of one operation, in their order', [group('g', 'b', 'a'), user('a'), user('b')], '2 1 0'],
  ['a shared need, once', [group('g', 'a'), group('h', 'a'), user('a')], '2 0 1'],
  ['a circle of two groups', [group('g', 'h'), group('h', 'g')], '1 0 1+'],
  ['a circle of three groups', [group('g', 'h'), group('h', 'i'), group('i', 'g')], '2 1 0 2+'],
  ['a group in itself', [group('g', 'g')], '0 0+'],
  ['managers in a circle', [user('a', 'b'), user('b', 'a')], '1 0 1+'],
  ['a manager of oneself', [user('a', 'a')], '0 0+'],
  ['two circles that share a group', [group('g', 'h', 'i'), group('h', 'g'), group('i', 'g')], '1 2 0 1+ 2+'],
  ['a circle beside others', [user('a'), group('g', 'h'), group('h', 'g', 'b'), user('b')], '0 3 2 1 2+'],
  [
    'PATCH, PUT and DELETE of what is made later',
    [
      { method: 'PATCH', path: '/Groups/bulkId:g', data: { Operations: [] } },
      { method: 'PUT', path: '/Users/1', data: { userName: 'x', nickName: 'bulkId:a' } },
      { method: 'DELETE', path: '/Users/bulkId:b' },
      group('g'),
      user('a'),
      user('b'),
    ],
    '3 0 4 1 5 2',
  ],
  [
    'a reference in the filter of a PATCH path',
    [
      {
        method: 'PATCH',
        path: '/Groups/1',
        data: { Operations: [{ op: 'remove', path: 'members[value eq "bulkId:a"]' }] },
      },
      user('a'),
    ],
    '1 0',
  ],
];

for (const [title, list, order] of ORDERS) {
  test(`RFC 7644 3.7.2 ${title}`, () => assert.equal(summary(planBulk(operations(...list))), order));
}

test('RFC 7644 3.7.1 a circle of groups: one is made without members, which are added when the other is there', () => {
  const [first, , last] = planBulk(operations(group('g', 'h'), group('h', 'g')));
  assert.ok(first?.kind === 'run' && first.operation.method === 'POST');
  assert.deepEqual(first.operation.data, { displayName: 'h' });
  assert.deepEqual(first.requires, []);
  assert.deepEqual(last, {
    kind: 'complete',
    position: 1,
    bulkId: 'h',
    data: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:g' }] }],
    },
    requires: ['g'],
  });
});

test('RFC 7644 3.7.1 a circle of managers: only the manager waits', () => {
  const [first, , last] = planBulk(operations(user('a', 'b'), user('b', 'a')));
  assert.ok(first?.kind === 'run' && first.operation.method === 'POST' && last?.kind === 'complete');
  assert.deepEqual(first.operation.data, { userName: 'b', [ENTERPRISE]: { department: 'x' } });
  assert.deepEqual(last.data.Operations, [{ op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'bulkId:a' } }]);
});

test('a step says which bulkIds it requires, each once', () => {
  const steps = planBulk(operations(user('a'), user('b'), group('g', 'a', 'b', 'a')));
  assert.deepEqual(steps.at(-1)?.requires, ['a', 'b']);
});

test('a reference to what no operation has is refused by name', () => {
  assert.throws(
    () => planBulk(operations(user('a'), group('g', 'ghost'))),
    (error) => error instanceof InvalidValueError && /Operations\[1\] refers to bulkId "ghost"/.test(error.message),
  );
});

test('S6 a circle through a required attribute is 409', () => {
  const list = operations(
    { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'bulkId:b' } },
    { method: 'POST', path: '/Users', bulkId: 'b', data: { userName: 'bulkId:a' } },
  );
  assert.throws(
    () => planBulk(list),
    (error) => error instanceof ScimError && error.status === 409 && /in userName/.test(error.message),
  );
});

test('S6 a chain of 20,000 operations is put in order', () => {
  const list = Array.from({ length: 20_000 }, (_, index) =>
    group(`g${index}`, ...(index < 19_999 ? [`g${index + 1}`] : [])),
  );
  const steps = planBulk(operations(...list));
  assert.equal(steps.length, 20_000);
  assert.equal(steps[0]?.position, 19_999);
});

test('references are replaced wherever they stand, and the rest stays', () => {
  const data: JsonObject = {
    displayName: 'about bulkId:a',
    path: 'not a filter',
    members: [{ value: 'bulkId:a', type: 'User' }, { value: '7' }],
    Operations: [
      { op: 'remove', path: 'members[value eq "bulkId:a" or value eq "bulkId:b"]' },
      { op: 'add', path: 'x', value: 'bulkId:b' },
    ],
    active: true,
  };
  assert.deepEqual([...bulkIdsIn(data)], ['a', 'b']);
  const ids = new Map([
    ['a', '11'],
    ['b', '22'],
  ]);
  assert.deepEqual(replaceBulkIds(data, ids), {
    ...data,
    members: [{ value: '11', type: 'User' }, { value: '7' }],
    Operations: [
      { op: 'remove', path: 'members[value eq "11" or value eq "22"]' },
      { op: 'add', path: 'x', value: '22' },
    ],
  });
});

test('S6 a reference without an id never goes through as it stands', () => {
  const places: readonly JsonObject[] = [
    { a: 'bulkId:x' },
    { a: ['bulkId:x'] },
    { path: 'members[value eq "bulkId:x"]' },
  ];
  for (const data of places) {
    assert.throws(() => replaceBulkIds(data, new Map()), /bulkId "x" has no resource/);
  }
});
