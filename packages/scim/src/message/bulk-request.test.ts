import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadTooLargeError, ScimError } from '../error.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { parseBulkRequest } from './bulk-request.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const LIMITS = { types: [USER_TYPE, GROUP_TYPE], operationsMax: 5 };

function parse(operations: Json, more: JsonObject = {}) {
  return parseBulkRequest({ schemas: [BULK], Operations: operations, ...more }, LIMITS);
}

test('RFC 7644 3.7 operations of every method are read', () => {
  const request = parse(
    [
      { method: 'POST', path: '/Users', bulkId: 'q', data: { userName: 'a' } },
      { method: 'put', path: '/Users/1', version: 'W/"2"', data: {} },
      { Method: 'PATCH', Path: '/Groups/bulkId:g', Data: { Operations: [] } },
      { method: 'DELETE', path: '/Groups/2b8c-4' },
    ],
    { failOnErrors: 1 },
  );
  assert.deepEqual(request, {
    failOnErrors: 1,
    operations: [
      { method: 'POST', type: USER_TYPE, bulkId: 'q', data: { userName: 'a' } },
      { method: 'PUT', type: USER_TYPE, id: '1', version: 'W/"2"', data: {} },
      { method: 'PATCH', type: GROUP_TYPE, id: 'bulkId:g', data: { Operations: [] } },
      { method: 'DELETE', type: GROUP_TYPE, id: '2b8c-4' },
    ],
  });
});

test('no operations are no operations', () => assert.deepEqual(parse([]), { operations: [] }));

const POST = { method: 'POST', bulkId: 'a', data: {} };
const PATHS: readonly (string | undefined)[] = [
  undefined,
  '',
  '/',
  'Users',
  '/users',
  '/Users/',
  '//Users',
  '/Users?x=1',
  '/Users#x',
  '/Users/../Groups',
  '/Bulk',
  '/Me',
  '/.search',
  '/Users/.search/x',
  '/Schemas',
  '/__proto__',
  'https://evil.example/Users',
  '//evil.example/Users',
  '/Users%2F1',
  ' /Users',
  '/Users\r\n',
  `/Users/${'x'.repeat(600)}`,
];

for (const path of PATHS) {
  test(`S6 the path ${JSON.stringify(path)?.slice(0, 40)} is refused`, () => {
    assert.throws(
      () => parse([{ ...POST, ...(path !== undefined && { path }) }]),
      /Operations\[0\]\.path must be \/Users or \/Users\/\{id\}/,
    );
  });
}

for (const id of ['..', '.', '%2e%2e', 'a b', 'a?b', 'a#b', 'bulkId:', 'x:y', 'a"b', 'a;b', 'é']) {
  test(`S6 the id ${id} in a path is refused`, () => {
    assert.throws(() => parse([{ method: 'DELETE', path: `/Users/${id}` }]), /Operations\[0\]\.path must be/);
  });
}

interface Refusal {
  readonly title: string;
  readonly operations?: Json;
  readonly more?: JsonObject;
  readonly detail: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  { title: 'no operations at all', more: { Operations: null }, detail: /Operations is missing/ },
  { title: 'operations that are no list', operations: { a: 1 }, detail: /Operations must be a list/ },
  { title: 'an operation that is no object', operations: ['x'], detail: /Operations\[0\] must be an object/ },
  { title: 'another URN', more: { schemas: ['urn:example:none'] }, detail: /schemas must list .*BulkRequest/ },
  { title: 'no method', operations: [{ path: '/Users' }], detail: /Operations\[0\]\.method must be POST/ },
  { title: 'GET', operations: [{ method: 'GET', path: '/Users/1' }], detail: /not "GET"/ },
  { title: 'a method that is no text', operations: [{ method: 5, path: '/Users' }], detail: /method must be a string/ },
  {
    title: 'POST without bulkId',
    operations: [{ method: 'POST', path: '/Users', data: {} }],
    detail: /bulkId is missing/,
  },
  { title: 'POST to an id', operations: [{ ...POST, path: '/Users/1' }], detail: /names an id/ },
  {
    title: 'an empty bulkId',
    operations: [{ ...POST, bulkId: '', path: '/Users' }],
    detail: /bulkId must have 1 to 128/,
  },
  { title: 'a long bulkId', operations: [{ ...POST, bulkId: 'x'.repeat(129), path: '/Users' }], detail: /1 to 128/ },
  {
    title: 'PUT without id',
    operations: [{ method: 'PUT', path: '/Users', data: {} }],
    detail: /PUT needs \/Users\/\{id\}/,
  },
  { title: 'DELETE without id', operations: [{ method: 'DELETE', path: '/Groups' }], detail: /DELETE needs/ },
  { title: 'PATCH without data', operations: [{ method: 'PATCH', path: '/Users/1' }], detail: /data is missing/ },
  {
    title: 'data that is no object',
    operations: [{ method: 'PUT', path: '/Users/1', data: [] }],
    detail: /data must be an object/,
  },
  {
    title: 'a version that is no text',
    operations: [{ method: 'DELETE', path: '/Users/1', version: 2 }],
    detail: /version must be a string/,
  },
  {
    title: 'one bulkId twice',
    operations: [
      { ...POST, path: '/Users' },
      { ...POST, path: '/Groups' },
    ],
    detail: /Operations\[1\]\.bulkId "a" is taken/,
  },
  { title: 'failOnErrors 0', operations: [], more: { failOnErrors: 0 }, detail: /failOnErrors must be at least 1/ },
  {
    title: 'failOnErrors as a text',
    operations: [],
    more: { failOnErrors: '1' },
    detail: /failOnErrors must be an integer/,
  },
];

for (const { title, operations = [], more, detail } of REFUSALS) {
  test(`RFC 7644 3.7 ${title} is refused`, () => {
    assert.throws(
      () => parse(operations, more),
      (error) => error instanceof ScimError && error.status === 400 && detail.test(error.message),
    );
  });
}

test('S6 RFC 7644 3.7.4 more operations than the limit are 413, whatever they are', () => {
  assert.throws(
    () => parse(Array.from({ length: 6 }, () => 'nonsense')),
    (error) =>
      error instanceof PayloadTooLargeError && error.status === 413 && error.message.includes('6 operations; 5 are'),
  );
});
