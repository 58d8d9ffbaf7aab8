import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidPathError, InvalidValueError } from '../error.ts';
import { USER_TYPE } from '../schema/core-types.ts';
import type { JsonObject } from './resource.ts';
import { compareResources, parseSort } from './sort.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function order(resources: readonly JsonObject[], sortBy: string, sortOrder?: string): string {
  const sort = parseSort(USER_TYPE, { sortBy, ...(sortOrder && { sortOrder }) });
  assert.ok(sort);
  return resources
    .toSorted((a, b) => compareResources(a, b, sort))
    .map(({ id }) => id)
    .join('');
}

interface Case {
  readonly title: string;
  readonly resources: readonly JsonObject[];
  readonly sortBy: string;
  readonly ascending: string;
  readonly descending: string;
}

const CASES: readonly Case[] = [
  {
    title: 'text without regard to case; unassigned last, then first',
    resources: [{ id: '1' }, { id: '2', title: 'b' }, { id: '3', title: 'A' }],
    sortBy: 'TITLE',
    ascending: '321',
    descending: '123',
  },
  {
    title: 'equal values by ascending id in either order',
    resources: [{ id: '2', title: 'a' }, { id: '1', title: 'A' }, { id: '4' }, { id: '3' }],
    sortBy: 'title',
    ascending: '1234',
    descending: '3412',
  },
  {
    title: 'externalId with regard to case',
    resources: [
      { id: '1', externalId: 'b' },
      { id: '2', externalId: 'B' },
      { id: '3', externalId: 'a' },
    ],
    sortBy: 'externalId',
    ascending: '231',
    descending: '132',
  },
  {
    title: 'false before true',
    resources: [
      { id: '1', active: true },
      { id: '2', active: false },
    ],
    sortBy: 'active',
    ascending: '21',
    descending: '12',
  },
  {
    title: 'times by value, not by text',
    resources: [
      { id: '1', meta: { created: '2024-01-01T12:00:00+05:00' } },
      { id: '2', meta: { created: '2024-01-01T08:00:00Z' } },
      { id: '3', meta: { created: '2024-01-01T07:30:00.5Z' } },
    ],
    sortBy: 'meta.created',
    ascending: '132',
    descending: '231',
  },
  {
    title: 'several values by the primary one, or else the first',
    resources: [
      { id: '1', emails: [{ value: 'z' }, { value: 'b', primary: true }] },
      { id: '2', emails: [{ value: 'c' }, { value: 'a' }] },
      { id: '3', emails: [{ value: 'a', primary: true }] },
      { id: '4', emails: [{ type: 'work' }] },
    ],
    sortBy: 'emails.value',
    ascending: '3124',
    descending: '4213',
  },
  {
    title: 'a complex attribute by its value',
    resources: [
      { id: '1', emails: [{ value: 'b' }] },
      { id: '2', emails: [{ value: 'a' }] },
    ],
    sortBy: 'emails',
    ascending: '21',
    descending: '12',
  },
  {
    title: 'an extension',
    resources: [
      { id: '1', [ENTERPRISE]: { department: 'b' } },
      { id: '2', [ENTERPRISE]: { department: 'a' } },
      { id: '3' },
    ],
    sortBy: `${ENTERPRISE}:department`,
    ascending: '213',
    descending: '312',
  },
  {
    title: 'code points beyond the basic plane last',
    resources: [
      { id: '1', title: '\u{1f600}' },
      { id: '2', title: '\ufffd' },
    ],
    sortBy: 'title',
    ascending: '21',
    descending: '12',
  },
];

for (const { title, resources, sortBy, ascending, descending } of CASES) {
  test(`RFC 7644 3.4.2.3 ${title}`, () => {
    assert.equal(order(resources, sortBy), ascending);
    assert.equal(order(resources, sortBy, 'ascending'), ascending);
    assert.equal(order(resources, sortBy, 'Descending'), descending);
  });
}

test('no sortBy is no order, whatever sortOrder says', () => {
  assert.equal(parseSort(USER_TYPE, { sortOrder: 'descending' }), undefined);
});

for (const sortBy of ['shoeSize', 'members', '', '__proto__', 'name', 'addresses', 'meta', 'password', 'name.x.y']) {
  test(`P3 sortBy ${JSON.stringify(sortBy)} is refused`, () => {
    assert.throws(() => parseSort(USER_TYPE, { sortBy }), InvalidPathError);
  });
}

test('another sortOrder is refused', () => {
  assert.throws(() => parseSort(USER_TYPE, { sortBy: 'title', sortOrder: 'down' }), InvalidValueError);
});
