import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, sql, statement } from '@rollcall/storage';
import fc from 'fast-check';
import { create, ENTERPRISE, GROUP, group, listed, patch, USER, user } from '../testing/bodies.ts';
import { type Answer, openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const read = async (endpoint: TestEndpoint, id: string) => (await endpoint.ask('GET', `/Users/${id}`)).json;

/** How much history, events and resources there are: a refused request adds to none of them. */
async function traces(db: Database, { tenant }: TestEndpoint): Promise<unknown> {
  const { rows } = await db.query(
    statement(sql`SELECT (SELECT count(*) FROM history WHERE tenant = ${tenant}) AS history,
      (SELECT count(*) FROM outbox WHERE tenant = ${tenant}) AS outbox,
      (SELECT string_agg(id::text || version || data::text, ',' ORDER BY id) FROM resource WHERE tenant = ${tenant}) AS resources,
      (SELECT sum(n) FROM resource_count WHERE tenant = ${tenant}) AS counted`),
  );
  return rows[0];
}

const uniqueness = ({ status, json }: Answer) => [status, json?.scimType];

const FULL = user('ann@example.com', {
  externalId: 'x-1',
  displayName: 'Ann',
  name: { givenName: 'Ann', familyName: 'Bee' },
  active: true,
  emails: [
    { value: 'ann@example.com', type: 'work', primary: true },
    { value: 'ann@home.example', type: 'home' },
  ],
  [ENTERPRISE]: { department: 'Sales', manager: { value: 'boss' } },
});

/** The same, with everything in another order and spelling of names. */
const FULL_OTHERWISE = {
  [ENTERPRISE.toUpperCase()]: { MANAGER: { value: 'boss' }, department: 'Sales' },
  EMAILS: [
    { primary: true, type: 'work', value: 'ann@example.com' },
    { type: 'home', value: 'ann@home.example' },
  ],
  ACTIVE: true,
  name: { familyName: 'Bee', givenName: 'Ann' },
  displayname: 'Ann',
  externalid: 'x-1',
  username: 'ann@example.com',
  schemas: [ENTERPRISE, USER],
};

const NO_OPS: readonly (readonly [what: string, method: 'PUT' | 'PATCH', body: object])[] = [
  ['a PUT of what is there', 'PUT', FULL],
  ['a PUT of what is there, in another order and case of names', 'PUT', FULL_OTHERWISE],
  ['a replace by the value that is there', 'PATCH', patch({ op: 'replace', path: 'displayName', value: 'Ann' })],
  [
    'an add of an e-mail that is there',
    'PATCH',
    patch({ op: 'add', path: 'emails', value: [FULL_OTHERWISE.EMAILS[1]] }),
  ],
  [
    'a pathless replace by the same',
    'PATCH',
    patch({ op: 'Replace', value: { active: 'True', 'name.givenName': 'Ann' } }),
  ],
  ['a removal of what is not there', 'PATCH', patch({ op: 'remove', path: 'nickName' })],
  [
    'a change and its opposite',
    'PATCH',
    patch({ op: 'add', path: 'title', value: 'x' }, { op: 'remove', path: 'title' }),
  ],
];

onSharedDatabase('writes', (open) => {
  test('rfc7644-3.3 a create is answered 201 with the resource, its Location and its version', async () => {
    await using endpoint = await openEndpoint(await open());
    const { status, headers, json } = await endpoint.ask('POST', '/Users', FULL);
    assert.equal(status, 201);
    assert.equal(headers['content-type'], 'application/scim+json; charset=utf-8');
    assert.deepEqual([headers.location, headers.etag], [json.meta.location, json.meta.version]);
    assert.equal(json.meta.location, `http://localhost:8400/scim/v2/${endpoint.tenant}/Users/${json.id}`);
    const { id, meta, ...rest } = json;
    assert.deepEqual({ ...rest, schemas: new Set(rest.schemas) }, { ...FULL, schemas: new Set([USER, ENTERPRISE]) });
    assert.deepEqual(await read(endpoint, id), json);
    assert.equal(meta.created, meta.lastModified);
  });

  for (const [what, method, body] of NO_OPS) {
    test(`${what} changes neither version nor lastModified, and leaves no trace`, async () => {
      const db = await open();
      await using endpoint = await openEndpoint(db);
      const id = await create(endpoint, '/Users', FULL);
      const [before, left] = [await read(endpoint, id), await traces(db, endpoint)];
      const { status, json } = await endpoint.ask(method, `/Users/${id}`, body);
      assert.deepEqual([status, json.meta], [200, before.meta]);
      assert.deepEqual([await read(endpoint, id), await traces(db, endpoint)], [before, left]);
    });
  }

  test('rfc7644-3.5.1 PUT clears what it leaves out, but for active of a disabled user', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', { ...FULL, active: false });
    const { status, json } = await endpoint.ask('PUT', `/Users/${id}`, user('ann@example.com', { title: 'new' }));
    assert.equal(status, 200);
    assert.deepEqual(
      [json.title, json.active, json.displayName, json.emails, json[ENTERPRISE], json.schemas, json.meta.version],
      ['new', false, undefined, undefined, undefined, [USER], 'W/"2"'],
    );
    assert.equal(
      (await endpoint.ask('PUT', `/Users/${id}`, user('ann@example.com', { active: true }))).json.active,
      true,
    );
    assert.equal((await endpoint.ask('PUT', `/Users/${id}`, user('ann@example.com'))).json.active, undefined);
  });

  test('rfc7644-3.5.1 PUT needs what is required, and a resource that exists', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', FULL);
    assert.equal((await endpoint.ask('PUT', `/Users/${id}`, { schemas: [USER], displayName: 'x' })).status, 400);
    for (const unknown of ['01890000-0000-7000-8000-000000000000', 'no-id', id.toUpperCase()])
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
        const body = method === 'PUT' ? FULL : method === 'PATCH' ? patch({ op: 'remove', path: 'title' }) : undefined;
        assert.equal((await endpoint.ask(method, `/Users/${unknown}`, body)).status, 404, `${method} ${unknown}`);
      }
  });

  test('a group that does not exist is 404 for every change of members, whatever its id looks like', async () => {
    await using endpoint = await openEndpoint(await open());
    const value = await create(endpoint, '/Users', FULL);
    for (const id of ['01890000-0000-7000-8000-000000000000', 'not-an-id', value])
      for (const operation of [
        { op: 'add', path: 'members', value: [{ value }] },
        { op: 'remove', path: `members[value eq "${value}"]` },
        { op: 'replace', path: 'members', value: [] },
      ])
        assert.equal((await endpoint.ask('PATCH', `/Groups/${id}`, patch(operation))).status, 404, id);
    assert.deepEqual(endpoint.errors, []);
  });

  test('rfc7644-3.14 If-Match guards PUT, PATCH and DELETE, of users and of groups', async () => {
    await using endpoint = await openEndpoint(await open());
    const who = await create(endpoint, '/Users', user('someone'));
    for (const [path, body] of [
      ['/Users', FULL],
      ['/Groups', group('team')],
    ] as const) {
      const id = await create(endpoint, path, body);
      const member = path === '/Groups' ? { op: 'add', path: 'members', value: [{ value: who }] } : undefined;
      const change = patch(member ?? { op: 'add', path: 'title', value: 'x' });
      for (const tag of ['W/"2"', '"2"', 'W/"1', '""', 'W/"1x"', 'W/"01"', '1', 'w/"1"', 'nonsense, W/"9"']) {
        const refused = await Promise.all([
          endpoint.ask('PUT', `${path}/${id}`, body, { 'if-match': tag }),
          endpoint.ask('PATCH', `${path}/${id}`, change, { 'if-match': tag }),
          endpoint.ask('DELETE', `${path}/${id}`, undefined, { 'if-match': tag }),
        ]);
        assert.deepEqual(
          refused.map(({ status }) => status),
          [412, 412, 412],
          tag,
        );
      }
      for (const [index, tag] of ['W/"1"', '"2"', '*', 'W/"9", W/"4"'].entries()) {
        const next = member
          ? patch({ op: 'add', path: 'displayName', value: `n${index}` })
          : patch({ op: 'add', path: 'title', value: `${index}` });
        const { status } = await endpoint.ask('PATCH', `${path}/${id}`, next, { 'if-match': tag });
        assert.ok(status < 300, `${path} ${tag} ${status}`);
      }
      assert.equal((await endpoint.ask('DELETE', `${path}/${id}`, undefined, { 'if-match': 'W/"5"' })).status, 204);
    }
  });

  test('P2 no invented If-Match passes, and the one that was given does', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', FULL);
    const header = fc
      .string({ unit: fc.constantFrom(...'W/"12 ,*w-abc'.split('')), maxLength: 8 })
      .filter((text) => !text.split(',').some((tag) => /^(W\/)?"1"$|^\*$/.test(tag.trim())) && text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(header, async (tag) => {
        const body = patch({ op: 'replace', path: 'title', value: tag });
        const { status } = await endpoint.ask('PATCH', `/Users/${id}`, body, { 'if-match': tag });
        assert.equal(status, 412, tag);
      }),
      { numRuns: 100 },
    );
    assert.equal((await read(endpoint, id)).meta.version, 'W/"1"');
  });

  test('rfc7644-3.14 If-None-Match with the version that is there is answered 304 without a body', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', FULL);
    for (const tag of ['W/"1"', '"1"', '*', '"7", W/"1"']) {
      const { status, text, headers } = await endpoint.ask('GET', `/Users/${id}`, undefined, { 'if-none-match': tag });
      assert.deepEqual([status, text, headers.etag], [304, '', 'W/"1"'], tag);
    }
    await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'x' }));
    assert.equal((await endpoint.ask('GET', `/Users/${id}`, undefined, { 'if-none-match': 'W/"1"' })).status, 200);
    assert.equal((await endpoint.ask('GET', '/Users/no-id', undefined, { 'if-none-match': '*' })).status, 404);
  });

  test('Host and X-Forwarded-Host reach neither meta.location nor Location nor a $ref', async () => {
    await using endpoint = await openEndpoint(await open());
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'host=evil.example;proto=gopher',
    };
    const made = await endpoint.ask('POST', '/Users', FULL, headers);
    const team = await endpoint.ask('POST', '/Groups', group('t', { members: [{ value: made.json.id }] }), headers);
    const all = [made, team];
    for (const path of [`/Users/${made.json.id}`, '/Groups', '/ServiceProviderConfig', '/Schemas', '/ResourceTypes'])
      all.push(await endpoint.ask('GET', path, undefined, headers));
    for (const { text, headers: replied } of all)
      assert.doesNotMatch(`${text}${JSON.stringify(replied)}`, /evil|gopher/);
  });

  test('a name that a POST would be refused for is found by the filter before it, in every spelling', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('Zoë@Example.com'));
    const other = await create(endpoint, '/Users', user('other'));
    const team = await create(endpoint, '/Groups', group('Straße'));
    for (const userName of ['zoë@example.com', 'ZOE\u0308@EXAMPLE.COM', 'Zoe\u0308@example.com']) {
      assert.deepEqual(uniqueness(await endpoint.ask('POST', '/Users', user(userName))), [409, 'uniqueness']);
      assert.deepEqual(uniqueness(await endpoint.ask('PUT', `/Users/${other}`, user(userName))), [409, 'uniqueness']);
      const renamed = await endpoint.ask(
        'PATCH',
        `/Users/${other}`,
        patch({ op: 'replace', path: 'userName', value: userName }),
      );
      assert.deepEqual(uniqueness(renamed), [409, 'uniqueness']);
      assert.deepEqual(await listed(endpoint, '/Users', { filter: `userName eq ${JSON.stringify(userName)}` }), [id]);
    }
    assert.equal((await endpoint.ask('PUT', `/Users/${id}`, user('ZOË@example.com'))).status, 200);
    for (const displayName of ['straße', 'STRAßE']) {
      assert.deepEqual(uniqueness(await endpoint.ask('POST', '/Groups', group(displayName))), [409, 'uniqueness']);
      assert.deepEqual(await listed(endpoint, '/Groups', { filter: `displayName eq "${displayName}"` }), [team]);
    }
    assert.equal((await endpoint.ask('POST', '/Groups', group('STRASSE'))).status, 201);
  });

  test('externalId is case-exact, not unique, and may be empty', async () => {
    await using endpoint = await openEndpoint(await open());
    const ids = [];
    for (const [index, externalId] of ['Abc', 'abc', 'abc', ''].entries())
      ids.push(await create(endpoint, '/Users', user(`user${index}`, { externalId })));
    assert.deepEqual(await listed(endpoint, '/Users', { filter: 'externalId eq "abc"' }), ids.slice(1, 3));
    assert.deepEqual(await listed(endpoint, '/Users', { filter: 'externalId eq "ABC"' }), []);
    assert.deepEqual(await listed(endpoint, '/Users', { filter: 'externalId eq ""' }), ids.slice(3));
    assert.equal((await read(endpoint, ids[3] ?? '')).externalId, '');
  });

  test('P4 a PATCH whose last operation is refused has no effect and leaves no trace', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await create(endpoint, '/Users', user('taken'));
    const id = await create(endpoint, '/Users', FULL);
    const before = await traces(db, endpoint);
    for (const last of [
      { op: 'replace', path: 'shoeSize[a eq "b"]', value: 'x' },
      { op: 'replace', path: 'userName', value: 'TAKEN' },
      { op: 'remove', path: 'userName' },
      { op: 'replace', path: 'active', value: 'perhaps' },
      { op: 'move', path: 'title' },
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'p@x', primary: true },
          { value: 'q@x', primary: true },
        ],
      },
    ]) {
      const body = patch({ op: 'replace', path: 'displayName', value: 'changed' }, last);
      const { status } = await endpoint.ask('PATCH', `/Users/${id}`, body);
      assert.ok(status === 400 || status === 409, `${JSON.stringify(last)} ${status}`);
      assert.deepEqual(await traces(db, endpoint), before, JSON.stringify(last));
    }
  });

  test('a refused POST or PUT leaves no trace either', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await create(endpoint, '/Users', FULL);
    const before = await traces(db, endpoint);
    for (const body of [
      user(''),
      user(' ann'),
      { schemas: [USER] },
      user('x', { active: 7 }),
      { schemas: [GROUP], userName: 'x' },
    ]) {
      assert.equal((await endpoint.ask('POST', '/Users', body)).status, 400, JSON.stringify(body));
      assert.equal((await endpoint.ask('PUT', `/Users/${id}`, body)).status, 400, JSON.stringify(body));
    }
    for (const query of ['?attributes=id&excludedAttributes=name', '?count=x'])
      assert.equal((await endpoint.ask('POST', `/Users${query}`, user('y'))).status, 400, query);
    assert.deepEqual(await traces(db, endpoint), before);
  });

  test('rfc7644-3.9 a write answers with the attributes that it asks for', async () => {
    await using endpoint = await openEndpoint(await open());
    const made = await endpoint.ask('POST', '/Users?attributes=userName,emails.value', FULL);
    assert.deepEqual(Object.keys(made.json).sort(), ['emails', 'id', 'schemas', 'userName']);
    const body = patch({ op: 'add', path: 'title', value: 'x' });
    const { status, json } = await endpoint.ask(
      'PATCH',
      `/Users/${made.json.id}?excludedAttributes=emails,name,meta`,
      body,
    );
    assert.deepEqual([status, json.title, json.emails, json.name], [200, 'x', undefined, undefined]);
  });
});
