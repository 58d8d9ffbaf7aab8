import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COMMON_ATTRIBUTES,
  compareResources,
  GROUP_TYPE,
  InvalidPathError,
  type JsonObject,
  parseSort,
  type ResourceType,
  type Sort,
  USER_TYPE,
} from '@rollcall/scim';
import { create, ENTERPRISE, group, listed, patch, query, search, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { everyName } from '../testing/fixture.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

// --- filters --------------------------------------------------------------------------------------

/** Each is refused as a whole: no clause is dropped, and nobody is returned. */
const REFUSED: readonly (readonly [why: string, filter: string])[] = [
  ['an attribute that no schema has', 'nickname2 eq "x"'],
  ['a sub-attribute that does not exist', 'emails.mail eq "x"'],
  ['a good clause and a broken one', 'userName eq "ann" and'],
  ['a good clause and an unknown attribute', 'userName eq "ann" and shoeSize eq "42"'],
  ['a good clause or an unknown attribute', 'userName eq "ann" or shoeSize eq "42"'],
  ['two clauses without an operator between them', 'userName eq "ann" active eq true'],
  ['an operator that does not exist', 'userName is "ann"'],
  ['an operator that does not suit the type', 'active gt true'],
  ['a part of a date', 'meta.created sw "2026"'],
  ['a number for a string', 'userName eq 42'],
  ['a string for a boolean', 'active eq "perhaps"'],
  ['what is no date', 'meta.created gt "yesterday"'],
  ['a complex attribute without a value', 'name eq "Ann"'],
  ['a string without its end', 'userName eq "ann'],
  ['a parenthesis without its end', '(userName eq "ann"'],
  ['a bracket without its end', 'emails[type eq "work"'],
  ['what follows a whole filter', 'userName eq "ann")'],
  ['a value filter with an unknown sub-attribute', 'emails[kind eq "work"]'],
  ['nothing', ''],
  ['blanks', '   '],
  ['the password', 'password eq "secret"'],
  ['the password behind its URN', 'urn:ietf:params:scim:schemas:core:2.0:User:password pr'],
  ['the attribute of another schema', 'urn:ietf:params:scim:schemas:core:2.0:Group:members eq "x"'],
];

/** Values that elsewhere were cut, unescaped or read as something else. All stand beside each other. */
const HARD_VALUES: readonly string[] = [
  "O'Brien",
  "x' OR '1'='1",
  'back\\slash',
  'back\\',
  'quo"te',
  '"',
  'a+b',
  'a b',
  'a&b',
  'a#b',
  'a%b',
  'a%25b',
  'a%',
  'a_b',
  'a',
  'a,b',
  'a;b',
  'a/b',
  'a?b=c',
  'a(b)',
  'a[b]',
  'a\tb',
  'a\nb',
  '$1',
  ':a',
  '42',
  'true',
  'null',
  'Zoë',
  '日本語',
  '😀',
  'ﬀ',
];

// --- sorting --------------------------------------------------------------------------------------

function sorts(type: ResourceType): readonly Sort[] {
  const attributes = [
    ...COMMON_ATTRIBUTES.map((attribute) => ['', attribute] as const),
    ...type.schema.attributes.map((attribute) => ['', attribute] as const),
    ...type.schemaExtensions.flatMap(({ schema }) => schema.attributes.map((each) => [`${schema.id}:`, each] as const)),
  ];
  const names = attributes.flatMap(([prefix, attribute]) => [
    `${prefix}${attribute.name}`,
    ...(attribute.subAttributes ?? []).map((sub) => `${prefix}${attribute.name}.${sub.name}`),
  ]);
  return names.flatMap((sortBy) =>
    ['ascending', 'descending'].flatMap((sortOrder) => {
      const sort = sortOrNone(type, { sortBy, sortOrder });
      return sort ? [sort] : [];
    }),
  );
}

/** Undefined for what lists cannot be ordered by. */
function sortOrNone(type: ResourceType, asked: { sortBy: string; sortOrder: string }): Sort | undefined {
  try {
    return parseSort(type, asked);
  } catch (error) {
    if (error instanceof InvalidPathError) return undefined;
    throw error;
  }
}

const SORTED_USERS: readonly object[] = [
  user('b', { displayName: 'Zed', externalId: 'x', active: false, emails: [{ value: 'b@example.com' }] }),
  user('A', {
    name: { familyName: 'é', givenName: 'Ann' },
    emails: [{ value: 'z@x' }, { value: 'a@x', primary: true }],
  }),
  user('c', { displayName: 'zed', active: true, [ENTERPRISE]: { department: 'b', employeeNumber: '10' } }),
  user('d', { displayName: '', [ENTERPRISE]: { department: 'B', employeeNumber: '9', manager: { value: 'm' } } }),
  user('E', { displayName: '😀', roles: [{ value: 'r', type: 't' }], title: 'ﬀ' }),
  user('f', { displayName: '\uffee', phoneNumbers: [{ value: '1', type: 'work' }, { value: '0' }] }),
  user('g'),
];

async function fill(endpoint: TestEndpoint): Promise<void> {
  const ids: string[] = [];
  for (const body of SORTED_USERS) ids.push(await create(endpoint, '/Users', body));
  const members = (count: number) => ids.slice(0, count).map((value) => ({ value }));
  const inner = await create(endpoint, '/Groups', group('inner', { members: members(2) }));
  await create(endpoint, '/Groups', group('Outer', { externalId: 'g', members: [{ value: inner }] }));
  await create(endpoint, '/Groups', group('none'));
  await create(endpoint, '/Groups', group('all', { members: members(7).slice(2) }));
  await endpoint.ask('PATCH', `/Users/${ids[3]}`, patch({ op: 'add', path: 'nickName', value: 'later' }));
}

/** All resources of a type, with what is returned on request only. */
async function wholeResources(endpoint: TestEndpoint, type: ResourceType): Promise<readonly JsonObject[]> {
  const attributes = everyName(type).join(',');
  return (await endpoint.ask('GET', `${type.endpoint}${query({ attributes })}`)).json.Resources;
}

onSharedDatabase('lists', (open) => {
  for (const [why, filter] of REFUSED) {
    test(`P3 a filter with ${why} is invalidFilter, in a URL, in a search and at the root`, async () => {
      await using endpoint = await openEndpoint(await open());
      await create(endpoint, '/Users', user('ann', { emails: [{ value: 'ann@example.com', type: 'work' }] }));
      const answers = [
        await endpoint.ask('GET', `/Users${query({ filter })}`),
        await endpoint.ask('POST', '/Users/.search', search({ filter })),
        ...(filter.includes(':Group:') ? [] : [await endpoint.ask('POST', '/.search', search({ filter }))]),
      ];
      for (const { status, json } of answers) assert.deepEqual([status, json.scimType], [400, 'invalidFilter'], filter);
      assert.ok(answers.every(({ json }) => json.detail.length > 10));
    });
  }

  test('P3 a value with a special character finds its own resource and no other, however it is sent', async () => {
    await using endpoint = await openEndpoint(await open());
    const ids = new Map<string, string>();
    for (const [index, value] of HARD_VALUES.entries()) {
      const body = user(`user${index}`, { externalId: value, displayName: value, emails: [{ value, type: 'work' }] });
      ids.set(value, await create(endpoint, '/Users', body));
    }
    for (const [value, id] of ids) {
      const text = JSON.stringify(value);
      for (const filter of [
        `externalId eq ${text}`,
        `displayName eq ${text}`,
        `emails[type eq "work" and value eq ${text}]`,
        `emails[type eq "work"].value eq ${text}`,
        `emails.value sw ${text} and emails.value ew ${text} and not (emails.value ne ${text})`,
      ]) {
        assert.deepEqual(await listed(endpoint, '/Users', { filter }), [id], filter);
        const percent = await endpoint.ask('GET', `/Users?filter=${encodeURIComponent(filter)}`);
        assert.equal(percent.json.totalResults, 1, filter);
        const posted = await endpoint.ask('POST', '/Users/.search', search({ filter }));
        assert.equal(posted.json.totalResults, 1, filter);
      }
    }
  });

  test('attributes that are not columns are found all the same: extension, members, value paths, booleans as text', async () => {
    await using endpoint = await openEndpoint(await open());
    const ann = await create(
      endpoint,
      '/Users',
      user('ann', {
        emails: [{ value: 'ann@example.com', type: 'work', primary: true }, { value: 'ann@home.example' }],
        roles: [{ value: 'admin', primary: true }],
        [ENTERPRISE]: { department: 'Sales', manager: { value: 'boss' } },
      }),
    );
    await create(endpoint, '/Users', user('bob', { emails: [{ value: 'ann@example.com', type: 'home' }] }));
    const sales = await create(endpoint, '/Groups', group('Sales', { members: [{ value: ann }] }));
    for (const filter of [
      `${ENTERPRISE}:department eq "sales"`,
      `id eq "${ann}" and manager eq "boss"`,
      'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ANN"',
      'emails[type eq "work" and primary eq true]',
      'emails[type eq "work"].value eq "ann@example.com"',
      'emails.value eq "ann@home.example"',
      'roles[primary eq "True"].value eq "admin"',
      'userName eq ann',
      'name pr or roles pr',
      `groups.value eq "${sales}"`,
    ])
      assert.deepEqual(await listed(endpoint, '/Users', { filter }), [ann], filter);
    for (const filter of [
      `members.value eq "${ann}"`,
      `id eq "${sales}" and members eq "${ann}"`,
      `members[value eq "${ann}"] and displayName sw "s"`,
    ])
      assert.deepEqual(await listed(endpoint, '/Groups', { filter }), [sales], filter);
    assert.deepEqual(await listed(endpoint, '/Groups', { filter: `members eq "${sales}"` }), []);
  });

  test('rfc7644-3.4.2.4 a page beyond the end is empty, one below 1 is the first, and the total is right', async () => {
    await using endpoint = await openEndpoint(await open(), { limits: { pageSizeDefault: 3, pageSizeMax: 4 } });
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) ids.push(await create(endpoint, '/Users', user(`user${index}`)));
    const page = async (parameters: Record<string, string | number>) => {
      const { json } = await endpoint.ask('GET', `/Users${query(parameters)}`);
      assert.equal(json.itemsPerPage, json.Resources.length);
      return [json.totalResults, json.startIndex, json.Resources.map(({ id }: { id: string }) => ids.indexOf(id))];
    };
    assert.deepEqual(await page({}), [6, 1, [0, 1, 2]]);
    assert.deepEqual(await page({ startIndex: 3, count: 2 }), [6, 3, [2, 3]]);
    assert.deepEqual(await page({ startIndex: 2, count: 3 }), [6, 2, [1, 2, 3]]);
    assert.deepEqual(await page({ startIndex: 6 }), [6, 6, [5]]);
    assert.deepEqual(await page({ startIndex: 7 }), [6, 7, []]);
    assert.deepEqual(await page({ startIndex: 999_999_999_999_999 }), [6, 999_999_999_999_999, []]);
    assert.deepEqual(await page({ startIndex: 0, count: 2 }), [6, 1, [0, 1]]);
    assert.deepEqual(await page({ startIndex: -7, count: 2 }), [6, 1, [0, 1]]);
    assert.deepEqual(await page({ count: 0 }), [6, 1, []]);
    assert.deepEqual(await page({ count: -1 }), [6, 1, []]);
    assert.deepEqual(await page({ count: 999 }), [6, 1, [0, 1, 2, 3]]);
    assert.deepEqual(await page({ filter: 'userName ge "user2"', count: 0 }), [4, 1, []]);
    assert.deepEqual(await page({ filter: 'userName ge "user2"', startIndex: 5 }), [4, 5, []]);
    assert.deepEqual(await page({ filter: 'userName eq "nobody"' }), [0, 1, []]);
  });

  test('a number that is none, and a parameter given twice, are refused', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const text of ['?count=all', '?startIndex=1.5', '?count=', '?count=1&count=2', '?sortOrder=down&sortBy=id'])
      assert.equal((await endpoint.ask('GET', `/Users${text}`)).status, 400, text);
    assert.equal((await endpoint.ask('POST', '/.search', search({ count: '1' }))).status, 400);
  });

  test('the order of pages stays while rows change: who stays is on one page, and the new come last', async () => {
    await using endpoint = await openEndpoint(await open());
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) ids.push(await create(endpoint, '/Users', user(`user${index}`)));
    const first = await listed(endpoint, '/Users', { startIndex: 1, count: 3 });
    for (const id of ids) await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'x' }));
    const late = await create(endpoint, '/Users', user('a-late-one'));
    const second = await listed(endpoint, '/Users', { startIndex: 4, count: 4 });
    assert.deepEqual([...first, ...second], [...ids, late]);
  });

  test('the maintained count is what a scan counts, after creates and deletes of both types', async () => {
    await using endpoint = await openEndpoint(await open());
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await create(endpoint, '/Users', user(`user${index}`)));
    await create(endpoint, '/Groups', group('one'));
    await endpoint.ask('POST', '/Users', user('user1'));
    await endpoint.ask('DELETE', `/Users/${ids[0]}`);
    await endpoint.ask('DELETE', `/Users/${ids[0]}`);
    const total = async (path: string, body: object = {}) =>
      (await endpoint.ask('POST', `${path}/.search`, search({ count: 0, ...body }))).json.totalResults;
    assert.deepEqual([await total('/Users'), await total('/Groups'), await total('')], [4, 1, 5]);
    assert.equal(await total('', { filter: 'id pr' }), 5);
  });

  for (const type of [USER_TYPE, GROUP_TYPE]) {
    test(`rfc7644-3.4.2.3 ${type.name}s are sorted by every attribute as in memory, both ways, the unassigned at their end`, async () => {
      await using endpoint = await openEndpoint(await open());
      await fill(endpoint);
      const resources = await wholeResources(endpoint, type);
      for (const sort of sorts(type)) {
        const sortOrder = sort.descending ? 'descending' : 'ascending';
        const asked = { sortBy: sort.attribute.path, sortOrder };
        const expected = resources.toSorted((a, b) => compareResources(a, b, sort)).map(({ id }) => id);
        assert.deepEqual(await listed(endpoint, type.endpoint, asked), expected, JSON.stringify(asked));
        const paged = [
          ...(await listed(endpoint, type.endpoint, { ...asked, count: 2 })),
          ...(await listed(endpoint, type.endpoint, { ...asked, startIndex: 3 })),
        ];
        assert.deepEqual(paged, expected, `pages of ${JSON.stringify(asked)}`);
      }
    });
  }

  test('a list cannot be sorted by what does not exist or is never shown', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const sortBy of ['shoeSize', 'password', 'name', 'emails.', '']) {
      const { status, json } = await endpoint.ask('GET', `/Users${query({ sortBy })}`);
      assert.deepEqual([status, json.scimType], [400, 'invalidPath'], sortBy);
    }
  });

  test('at the root a list has both types, each by its own schema, and a filter of one type finds that type', async () => {
    await using endpoint = await openEndpoint(await open());
    const ann = await create(endpoint, '/Users', user('ann', { displayName: 'Sales' }));
    const sales = await create(endpoint, '/Groups', group('Sales'));
    const ids = async (body: object) =>
      (await endpoint.ask('POST', '/.search', search(body))).json.Resources.map(({ id }: { id: string }) => id);
    assert.deepEqual(await ids({ filter: 'displayName eq "sales"' }), [ann, sales]);
    assert.deepEqual(await ids({ filter: 'userName pr' }), [ann]);
    assert.deepEqual(await ids({ filter: 'meta.resourceType eq "Group"' }), [sales]);
    assert.deepEqual(await ids({ sortBy: 'meta.created', sortOrder: 'descending', count: 1 }), [sales]);
  });
});
