import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { InvalidCursorError } from '@rollcall/scim';
import fc from 'fast-check';
import { CursorCodec, type CursorScope } from '../resources/cursor.ts';
import { create, group, patch, query, search, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

type Parameters = Readonly<Record<string, string | number>>;

/** Pages of a list by cursor, as ids; `between` runs after each page. */
async function walk(
  endpoint: TestEndpoint,
  parameters: Parameters,
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<readonly (readonly string[])[]> {
  const pages: string[][] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    assert.ok(pages.length < 100, 'the list does not end');
    const { status, json } = await endpoint.ask('GET', `/Users${query({ ...parameters, cursor })}`);
    assert.equal(status, 200, JSON.stringify(json));
    pages.push(json.Resources.map(({ id }: { id: string }) => id));
    cursor = json.nextCursor;
    await between(pages.length);
  }
  return pages;
}

const people = (endpoint: TestEndpoint, count: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      create(endpoint, '/Users', user(`user${index}`, index % 3 === 0 ? {} : { displayName: `name ${index % 4}` })),
    ),
  );

const refusal = async (endpoint: TestEndpoint, path: string): Promise<readonly unknown[]> => {
  const { status, json } = await endpoint.ask('GET', path);
  return [status, json.scimType];
};

const SCOPE: CursorScope = { tenant: 'acme', endpoint: '/Users', filter: 'a pr', sortBy: 'a', sortOrder: undefined };

test('a cursor is read by every process with the key, and carries its place unchanged', () => {
  const key = randomBytes(32);
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)), (sortKey) => {
      const state = { key: sortKey, id: '01890000-0000-7000-8000-000000000000', totalResults: 3 };
      const cursor = new CursorCodec(key).write(state, SCOPE);
      assert.deepEqual(new CursorCodec(key).read(cursor, SCOPE), JSON.parse(JSON.stringify(state)));
      assert.match(cursor, /^[\w-]+$/);
    }),
  );
});

test('P5 a cursor of another tenant, endpoint, filter or order is none', () => {
  const codec = new CursorCodec(randomBytes(32));
  const cursor = codec.write({ key: null, id: '01890000-0000-7000-8000-000000000000', totalResults: 3 }, SCOPE);
  for (const other of [
    { tenant: 'globex' },
    { endpoint: '/Groups' },
    { filter: undefined },
    { filter: 'a pr ' },
    { sortBy: undefined },
    { sortBy: undefined, sortOrder: 'a' },
    { sortOrder: 'descending' },
  ])
    assert.throws(() => codec.read(cursor, { ...SCOPE, ...other }), InvalidCursorError, JSON.stringify(other));
});

onSharedDatabase('cursors', (open) => {
  test('rfc9865-2 pages by cursor hold every resource once, and the last one has no cursor', async () => {
    await using endpoint = await openEndpoint(await open());
    const ids = await people(endpoint, 10);
    for (const parameters of [
      {},
      { sortBy: 'displayName' },
      { sortBy: 'displayName', sortOrder: 'descending' },
      { sortBy: 'meta.created', sortOrder: 'descending' },
      { filter: 'userName sw "user"', sortBy: 'name.familyName' },
    ] as readonly Parameters[]) {
      const whole = (await endpoint.ask('GET', `/Users${query(parameters)}`)).json;
      assert.deepEqual([whole.totalResults, 'nextCursor' in whole], [10, false]);
      const pages = await walk(endpoint, { ...parameters, count: 3 });
      assert.deepEqual(
        pages.flat(),
        whole.Resources.map(({ id }: { id: string }) => id),
        JSON.stringify(parameters),
      );
      assert.deepEqual(new Set(pages.flat()), new Set(ids));
      assert.deepEqual(
        pages.map((page) => page.length),
        [3, 3, 3, 1],
      );
    }
  });

  test('a page that ends where the list ends has no next one', async () => {
    await using endpoint = await openEndpoint(await open());
    await people(endpoint, 6);
    assert.deepEqual(
      (await walk(endpoint, { count: 3 })).map((page) => page.length),
      [3, 3],
    );
    const empty = (await endpoint.ask('GET', `/Users${query({ cursor: '', filter: 'userName eq "x"' })}`)).json;
    assert.deepEqual([empty.totalResults, empty.nextCursor, empty.startIndex], [0, undefined, undefined]);
  });

  test('who stays is shown exactly once while others come, go and change between the pages', async () => {
    for (const parameters of [
      { count: 3 },
      { count: 3, sortBy: 'displayName' },
      { count: 3, sortBy: 'displayName', sortOrder: 'descending' },
    ] as readonly Parameters[]) {
      await using endpoint = await openEndpoint(await open());
      const ids = await people(endpoint, 12);
      const leaving = ids.filter((_, index) => index % 4 === 1);
      const seen = await walk(endpoint, parameters, async (page) => {
        const gone = leaving.shift();
        if (gone !== undefined) await endpoint.ask('DELETE', `/Users/${gone}`);
        await create(endpoint, '/Users', user(`new${page}`, page % 2 === 0 ? { displayName: 'a' } : {}));
        for (const id of ids)
          await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: `t${page}` }));
      });
      const stayed = ids.filter((_, index) => index % 4 !== 1);
      const times = stayed.map((id) => seen.flat().filter((each) => each === id).length);
      assert.deepEqual(times, Array(stayed.length).fill(1), JSON.stringify(parameters));
      assert.equal(new Set(seen.flat()).size, seen.flat().length);
    }
  });

  test('a cursor goes on in a search too, with another page size and other attributes', async () => {
    await using endpoint = await openEndpoint(await open());
    await people(endpoint, 5);
    const first = await endpoint.ask('POST', '/Users/.search', search({ cursor: '', count: 2 }));
    const next = { cursor: first.json.nextCursor, count: 10, attributes: ['userName'] };
    const { json } = await endpoint.ask('POST', '/Users/.search', search(next));
    assert.deepEqual([json.totalResults, json.itemsPerPage, json.nextCursor], [5, 3, undefined]);
  });

  test('rfc9865-2 a cursor and a startIndex exclude each other', async () => {
    await using endpoint = await openEndpoint(await open());
    assert.deepEqual(await refusal(endpoint, '/Users?cursor=&startIndex=1'), [400, 'invalidCursor']);
  });

  test('S17 a cursor of another tenant, type, filter or order is refused', async () => {
    const cursorKey = randomBytes(32);
    await using endpoint = await openEndpoint(await open(), { cursorKey });
    await using other = await openEndpoint(await open(), { cursorKey });
    await Promise.all([people(endpoint, 3), people(other, 3)]);
    await create(endpoint, '/Groups', group('one'));
    const parameters = { filter: 'userName pr', sortBy: 'userName', count: 1 };
    const { json } = await endpoint.ask('GET', `/Users${query({ ...parameters, cursor: '' })}`);
    const again = { ...parameters, cursor: json.nextCursor };
    assert.equal((await endpoint.ask('GET', `/Users${query(again)}`)).status, 200);
    assert.deepEqual(await refusal(other, `/Users${query(again)}`), [400, 'invalidCursor']);
    const changes: readonly Parameters[] = [{ filter: 'id pr' }, { sortBy: 'id' }, { sortOrder: 'descending' }];
    for (const changed of changes)
      assert.deepEqual(await refusal(endpoint, `/Users${query({ ...again, ...changed })}`), [400, 'invalidCursor']);
    const { filter: _, ...groups } = { ...again, sortBy: 'id' };
    assert.deepEqual(await refusal(endpoint, `/Groups${query(groups)}`), [400, 'invalidCursor']);
  });

  test('P14 a cursor with any one character changed, cut, added or invented is refused', async () => {
    await using endpoint = await openEndpoint(await open());
    await people(endpoint, 3);
    const { json } = await endpoint.ask('GET', '/Users?cursor=&count=1');
    const cursor: string = json.nextCursor;
    const place = fc.nat({ max: cursor.length - 1 });
    const character = fc.constantFrom(...'ABab01-_=+/!. %é'.split(''));
    const tampered = fc.oneof(
      fc.tuple(place, character).map(([at, by]) => `${cursor.slice(0, at)}${by}${cursor.slice(at + 1)}`),
      fc.tuple(place, character).map(([at, by]) => `${cursor.slice(0, at)}${by}${cursor.slice(at)}`),
      place.map((at) => cursor.slice(0, at)),
      fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.base64String({ minLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(
        tampered.filter((text) => text !== '' && text !== cursor),
        async (text) => {
          const { status, json: error } = await endpoint.ask('GET', `/Users${query({ cursor: text, count: 1 })}`);
          assert.equal(status, 400, text);
          if (!text.includes('\0')) assert.equal(error.scimType, 'invalidCursor');
        },
      ),
      { numRuns: 150 },
    );
    assert.deepEqual(endpoint.errors, []);
  });
});
