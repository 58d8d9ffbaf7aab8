import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScimError, type ScimType } from '../error.ts';
import type { JsonObject } from '../resource/resource.ts';
import { bulkResponse } from './bulk-response.ts';
import { cursorListResponse, listResponse } from './list-response.ts';
import { parseQueryParameters, parseSearchRequest } from './search-request.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

test('RFC 7644 3.4.2 an empty page holds an empty list', () => {
  assert.deepEqual(listResponse({ totalResults: 0, startIndex: 1, resources: [] }), {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
});

test('RFC 9865 2 a page by cursor has no startIndex, and no cursor beyond the ends', () => {
  const page = cursorListResponse({ totalResults: 3, resources: [{ id: '1' }], nextCursor: 'n' });
  assert.deepEqual(page, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 3,
    itemsPerPage: 1,
    nextCursor: 'n',
    Resources: [{ id: '1' }],
  });
  const last = cursorListResponse({ resources: [], nextCursor: undefined, previousCursor: 'p' });
  assert.deepEqual(Object.keys(last), ['schemas', 'itemsPerPage', 'previousCursor', 'Resources']);
});

const QUERIES: readonly [query: string, becomes: object][] = [
  ['', {}],
  ['filter=userName+eq+%22a%22&startIndex=11&count=10', { filter: 'userName eq "a"', startIndex: 11, count: 10 }],
  [
    'STARTINDEX=2&Count=3&SortBy=userName&sortorder=descending',
    { startIndex: 2, count: 3, sortBy: 'userName', sortOrder: 'descending' },
  ],
  ['startindex=0', { startIndex: 1 }],
  ['startIndex=-5&count=-1', { startIndex: 1, count: 0 }],
  ['count=0', { count: 0 }],
  ['cursor=', { cursor: '' }],
  ['cursor&count=10', { cursor: '', count: 10 }],
  ['cursor=VZUTiy', { cursor: 'VZUTiy' }],
  ['filter=', { filter: '' }],
  ['attributes=userName,%20name.givenName,,', { attributes: ['userName', 'name.givenName'] }],
  ['attributes=', { attributes: [] }],
  ['excludedAttributes=members', { excludedAttributes: ['members'] }],
  ['aadOptscim062020=&__proto__=x&constructor=y', {}],
  ['aadOptscim062020=a&aadOptscim062020=b', {}],
];

for (const [query, becomes] of QUERIES) {
  test(`RFC 7644 3.4.2 ?${query}`, () => assert.deepEqual(parseQueryParameters(new URLSearchParams(query)), becomes));
}

const REFUSED_QUERIES: readonly [query: string, scimType: ScimType][] = [
  ['startIndex=x', 'invalidValue'],
  ['startIndex=1.5', 'invalidValue'],
  ['startIndex=', 'invalidValue'],
  ['startIndex=99999999999999999999', 'invalidValue'],
  ['startIndex=1e3', 'invalidValue'],
  ['startIndex=0x10', 'invalidValue'],
  ['count=ten', 'invalidCount'],
  ['count=', 'invalidCount'],
  ['count=%EF%BC%95', 'invalidCount'],
  ['cursor=a&startIndex=1', 'invalidCursor'],
  ['filter=a&filter=b', 'invalidValue'],
  ['filter=a&FILTER=b', 'invalidValue'],
  ['filter=userName+eq+%22%00%22', 'invalidFilter'],
  ['sortBy=%00', 'invalidValue'],
  ['attributes=a%00', 'invalidValue'],
];

for (const [query, scimType] of REFUSED_QUERIES) {
  test(`?${query} is refused with ${scimType}`, () => {
    assert.throws(
      () => parseQueryParameters(new URLSearchParams(query)),
      (error) => error instanceof ScimError && error.status === 400 && error.scimType === scimType,
    );
  });
}

test('S8 half of a surrogate pair in a filter is refused', () => {
  assert.throws(() => parseQueryParameters([['filter', 'a eq "\ud800"']]), /^InvalidFilterError/);
});

test('RFC 7644 3.4.3 a SearchRequest is read as the same query in a URL', () => {
  const body = {
    schemas: [SEARCH],
    attributes: ['displayName', 'userName'],
    filter: 'displayName sw "smi"',
    startIndex: 0,
    Count: 10,
    sortBy: null,
  };
  assert.deepEqual(parseSearchRequest(body), {
    attributes: ['displayName', 'userName'],
    filter: 'displayName sw "smi"',
    startIndex: 1,
    count: 10,
  });
  assert.deepEqual(parseSearchRequest({ schemas: [SEARCH.toUpperCase()], attributes: 'a,b', cursor: '' }), {
    attributes: ['a', 'b'],
    cursor: '',
  });
});

const REFUSED_SEARCHES: readonly [body: JsonObject, scimType: ScimType][] = [
  [{}, 'invalidSyntax'],
  [{ schemas: 'x' }, 'invalidSyntax'],
  [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }, 'invalidSyntax'],
  [{ schemas: [SEARCH], filter: 5 }, 'invalidValue'],
  [{ schemas: [SEARCH], filter: 'a\0' }, 'invalidFilter'],
  [{ schemas: [SEARCH], startIndex: '1' }, 'invalidValue'],
  [{ schemas: [SEARCH], startIndex: 1.5 }, 'invalidValue'],
  [{ schemas: [SEARCH], count: '10' }, 'invalidCount'],
  [{ schemas: [SEARCH], attributes: [5] }, 'invalidValue'],
  [{ schemas: [SEARCH], attributes: { a: 1 } }, 'invalidValue'],
  [{ schemas: [SEARCH], filter: 'a', Filter: 'b' }, 'invalidSyntax'],
  [{ schemas: [SEARCH], cursor: 'a', startIndex: 1 }, 'invalidCursor'],
];

for (const [body, scimType] of REFUSED_SEARCHES) {
  test(`the search ${JSON.stringify(body)} is refused with ${scimType}`, () => {
    assert.throws(
      () => parseSearchRequest(body),
      (error) => error instanceof ScimError && error.status === 400 && error.scimType === scimType,
    );
  });
}

test('RFC 7644 3.7.3 a bulk response has statuses as strings and leaves out what is not there', () => {
  const response = bulkResponse([
    { method: 'POST', bulkId: 'a', version: 'W/"1"', location: 'https://x/Users/1', status: 201 },
    {
      method: 'DELETE',
      location: 'https://x/Users/2',
      status: 404,
      response: new ScimError(404, undefined, 'none').toBody(),
    },
  ]);
  assert.deepEqual(JSON.parse(JSON.stringify(response)), {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: [
      { method: 'POST', bulkId: 'a', version: 'W/"1"', location: 'https://x/Users/1', status: '201' },
      {
        method: 'DELETE',
        location: 'https://x/Users/2',
        status: '404',
        response: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404', detail: 'none' },
      },
    ],
  });
});
