import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { create, ENTERPRISE, group, memberIds, patch, query, search, user } from '../testing/bodies.ts';
import { type Answer, openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { recording } from '../testing/recording-database.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const NOBODY = '01890000-0000-7000-8000-000000000000';

/** A reply without what is the request's own: ids of it, and of requests. */
const shape = ({ status, json }: Answer, id: string): string =>
  `${status} ${JSON.stringify(json).replaceAll(id, '{id}')}`;

/** One request of every kind. */
async function everyRequest(endpoint: TestEndpoint): Promise<void> {
  const id = await create(
    endpoint,
    '/Users',
    user('ann', { emails: [{ value: 'a@x' }], [ENTERPRISE]: { department: 'd' } }),
  );
  const inner = await create(endpoint, '/Groups', group('inner'));
  const team = await create(endpoint, '/Groups', group('team', { members: [{ value: id }, { value: inner }] }));
  const change = (path: string, ...operations: object[]) => endpoint.ask('PATCH', path, patch(...operations));
  await change(`/Users/${id}`, { op: 'add', path: 'title', value: 'x' });
  await endpoint.ask('PUT', `/Users/${id}`, user('ann', { title: 'y' }), { 'if-match': 'W/"2"' });
  await change(`/Groups/${inner}`, { op: 'add', path: 'members', value: [{ value: id }] });
  await change(`/Groups/${inner}`, { op: 'remove', path: `members[value eq "${id}"]` });
  await change(
    `/Groups/${team}`,
    { op: 'remove', path: 'members[type eq "Group"]' },
    { op: 'replace', path: 'displayName', value: 't' },
  );
  await endpoint.ask('PUT', `/Groups/${team}`, group('team', { members: [{ value: id }] }));
  for (const filter of [
    'members.value pr',
    `members eq "${id}"`,
    'displayName co "e"',
    'meta.created pr',
    `id eq "${id}"`,
  ])
    await endpoint.ask('GET', `/Groups${query({ filter, sortBy: 'members.value', cursor: '' })}`);
  for (const filter of ['groups.value pr', 'emails[value eq "a@x"]', 'emails.value sw "a"'])
    await endpoint.ask('GET', `/Users${query({ filter, sortBy: 'groups.value', sortOrder: 'descending' })}`);
  for (const path of ['/Users', '/Groups', `/Users/${id}`, `/Groups/${team}`]) await endpoint.ask('GET', path);
  await endpoint.ask('POST', '/.search', search({ sortBy: 'displayName', count: 1 }));
  await endpoint.ask('POST', '/Users', user('ann'));
  const Operations = [
    { method: 'POST', path: '/Users', bulkId: 'b', data: user('bob') },
    { method: 'DELETE', path: '/Users/bulkId:b' },
  ];
  await endpoint.ask('POST', '/Bulk', { schemas: [BULK], Operations });
  await endpoint.ask('DELETE', `/Users/${id}`);
  await endpoint.ask('DELETE', `/Groups/${team}`);
}

const TENANT_TABLES =
  /\b(?:FROM|JOIN|INTO|UPDATE)\s+(resource|member|unresolved_member|history|history_member|outbox|resource_count|deleted_resource)\b/gi;

onSharedDatabase('abuse: tenancy and tokens', (open) => {
  test('S17 an id of another tenant is answered like one that nobody has, by every method and place', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await using other = await openEndpoint(db);
    const theirs = await create(other, '/Users', user('theirs'));
    const theirTeam = await create(other, '/Groups', group('theirs', { members: [{ value: theirs }] }));
    const mine = await create(endpoint, '/Users', user('mine'));
    const team = await create(endpoint, '/Groups', group('mine', { members: [{ value: mine }] }));
    const requests = (id: string): readonly Promise<Answer>[] => [
      ...['/Users', '/Groups'].flatMap((path) => [
        endpoint.ask('GET', `${path}/${id}`),
        endpoint.ask('GET', `${path}/${id}`, undefined, { 'if-none-match': '*' }),
        endpoint.ask('DELETE', `${path}/${id}`),
        endpoint.ask('DELETE', `${path}/${id}`, undefined, { 'if-match': 'W/"1"' }),
        endpoint.ask('PATCH', `${path}/${id}`, patch({ op: 'add', path: 'displayName', value: 'x' })),
        endpoint.ask('GET', `${path}${query({ filter: `id eq "${id}"` })}`),
      ]),
      endpoint.ask('PUT', `/Users/${id}`, user('x')),
      endpoint.ask('PUT', `/Groups/${id}`, group('x')),
      endpoint.ask('PATCH', `/Groups/${id}`, patch({ op: 'add', path: 'members', value: [{ value: mine }] })),
      endpoint.ask('PATCH', `/Groups/${id}`, patch({ op: 'remove', path: 'members' })),
      endpoint.ask('PATCH', `/Groups/${team}`, patch({ op: 'add', path: 'members', value: [{ value: id }] })),
      endpoint.ask('PATCH', `/Groups/${team}`, patch({ op: 'replace', path: 'members', value: [{ value: id }] })),
      endpoint.ask('POST', '/Groups', group('new', { members: [{ value: id }] })),
      endpoint.ask('GET', `/Groups${query({ filter: `members.value eq "${id}"` })}`),
      endpoint.ask('GET', `/Users${query({ filter: `groups.value eq "${id}"` })}`),
      endpoint.ask('POST', '/.search', search({ filter: `id eq "${id}"` })),
      endpoint.ask('POST', '/Bulk', { schemas: [BULK], Operations: [{ method: 'DELETE', path: `/Users/${id}` }] }),
    ];
    const unknown = (await Promise.all(requests(NOBODY))).map((answer) => shape(answer, NOBODY));
    for (const id of [theirs, theirTeam])
      assert.deepEqual(
        (await Promise.all(requests(id))).map((answer) => shape(answer, id)),
        unknown,
      );
    assert.deepEqual(await memberIds(other, theirTeam), [theirs]);
    assert.deepEqual(await memberIds(endpoint, team), [mine]);
    assert.equal((await other.ask('GET', `/Users/${theirs}`)).json.meta.version, 'W/"1"');
  });

  test('P5 S17 a token opens its own tenant only; another tenant and an unknown one are refused alike, by every path', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await using other = await openEndpoint(db);
    const id = await create(other, '/Users', user('theirs'));
    const paths = ['/Users', `/Users/${id}`, '/Groups', '/Schemas', '/ServiceProviderConfig', '/Me', '/nowhere', ''];
    for (const path of paths) {
      const answers = [];
      for (const tenant of [other.tenant, 'nobody', '%6eobody', 'Not_A_Slug', '..', other.tenant.toUpperCase()]) {
        const url = `/scim/v2/${tenant}${path}`;
        const headers = { authorization: `Bearer ${endpoint.token}` };
        const reply = await endpoint.app.inject({
          method: 'GET',
          url: tenant === '..' ? `/scim/v2/x${path}` : url,
          headers,
        });
        answers.push(`${reply.statusCode} ${reply.body}`);
      }
      assert.equal(new Set(answers).size, 1, `${path} ${answers.join('\n')}`);
      assert.match(answers[0] ?? '', /^401 /);
    }
  });

  test('P5 the same names, ids of members and counts in two tenants do not meet', async () => {
    const db = await open();
    const tenants = [await openEndpoint(db), await openEndpoint(db)];
    const seen = [];
    for (const endpoint of tenants) {
      const id = await create(endpoint, '/Users', user('same', { externalId: 'x' }));
      await create(endpoint, '/Groups', group('same', { members: [{ value: id }] }));
      const { json } = await endpoint.ask('POST', '/.search', search({}));
      seen.push(json.Resources.map((each: { id: string }) => each.id));
      assert.equal(json.totalResults, 2);
    }
    assert.equal(new Set(seen.flat()).size, 4);
    for (const endpoint of tenants) await endpoint[Symbol.asyncDispose]();
  });

  test('P5 S17 every statement on a table of tenants names the tenant', async () => {
    const db = recording(await open());
    await using endpoint = await openEndpoint(db);
    await everyRequest(endpoint);
    assert.deepEqual(endpoint.errors, []);
    const statements = new Set(db.asked.map(({ text }) => text).filter((text) => text.search(TENANT_TABLES) >= 0));
    assert.ok(statements.size > 20, String(statements.size));
    for (const text of statements) assert.match(text, /\btenant\s*(?:=|,|\))/i, text);
  });

  test('S18 whatever is wrong with a token, the answer is one and the same, and no resource is touched', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await using other = await openEndpoint(db);
    const [prefix = '', id = '', secret = ''] = endpoint.token.split('_');
    const refused = [
      `Bearer ${other.token}`,
      `Bearer ${prefix}_${id}_${randomBytes(32).toString('base64url')}`,
      `Bearer ${prefix}_${id}_${secret.slice(0, -1)}`,
      `Bearer ${prefix}_${id}_`,
      `Bearer ${prefix}_AAAAAAAAAAAA_${secret}`,
      `Bearer ${endpoint.token} x`,
      `Bearer x${endpoint.token}`,
      'Bearer undefined',
      'Bearer null',
    ];
    const answers = new Set<string>();
    for (const authorization of refused) {
      const { status, text, headers } = await endpoint.ask('GET', '/Users', undefined, { authorization });
      assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer realm="scim"'], authorization);
      answers.add(text);
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic dXNlcjpwdw==', endpoint.token])
      assert.equal((await endpoint.ask('POST', '/Users', user('x'), { authorization })).status, 401, authorization);
    for (const path of [`/Users?access_token=${endpoint.token}`, `/Users?authorization=Bearer%20${endpoint.token}`])
      assert.equal((await endpoint.ask('GET', path, undefined, { authorization: '' })).status, 401);
    assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 0);
  });

  test('S18 guessing is answered 429 with a time to wait, while a token that was accepted before goes on', async () => {
    await using endpoint = await openEndpoint(await open());
    assert.equal((await endpoint.ask('GET', '/Users')).status, 200);
    let answer: Answer | undefined;
    for (let guess = 0; guess < 2_000 && answer?.status !== 429; guess += 1)
      answer = await endpoint.ask('GET', '/Users', undefined, {
        authorization: `Bearer rc_AAAAAAAAAAAA_${randomBytes(32).toString('base64url')}`,
      });
    assert.equal(answer?.status, 429);
    assert.ok(Number(answer?.headers['retry-after']) >= 1);
    assert.equal((await endpoint.ask('GET', '/Users')).status, 200);
  });

  test('S21 of fifty writers with one ETag on one group exactly one wins; without, all fifty members are there', async () => {
    await using endpoint = await openEndpoint(await open());
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, index) => create(endpoint, '/Users', user(`user${index}`))),
    );
    for (const [headers, won] of [
      [{ 'if-match': 'W/"1"' }, 1],
      [{}, 50],
    ] as const) {
      const team = await create(endpoint, '/Groups', group(`team ${won}`));
      const answers = await Promise.all(
        ids.map((value) =>
          endpoint.ask('PATCH', `/Groups/${team}`, patch({ op: 'add', path: 'members', value: [{ value }] }), headers),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      assert.deepEqual(
        [statuses.filter((status) => status === 204).length, statuses.filter((status) => status === 412).length],
        [won, 50 - won],
      );
      assert.equal((await memberIds(endpoint, team)).length, won);
    }
  });

  test('S23 id, meta, groups, roles of the console and flags of administrators cannot be written', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const team = await create(endpoint, '/Groups', group('admins'));
    const forged = {
      id: NOBODY,
      meta: {
        version: 'W/"9"',
        created: '1999-01-01T00:00:00Z',
        location: 'https://evil.example',
        resourceType: 'Group',
      },
      groups: [{ value: team }],
      administrator: true,
      origin: 'manual',
      tenant: 'other',
    };
    const made = await endpoint.ask('POST', '/Users', user('eve', forged));
    const { id } = made.json;
    const replaced = await endpoint.ask('PUT', `/Users/${id}`, user('eve', forged));
    const patched = await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', value: forged }));
    for (const { status, json } of [made, replaced, patched]) {
      assert.ok(status === 200 || status === 201, String(status));
      assert.deepEqual(
        [json.id, json.groups, json.meta.version, json.meta.resourceType],
        [id, undefined, 'W/"1"', 'User'],
      );
      assert.ok(json.id !== NOBODY && json.meta.created > '2020' && json.administrator === undefined);
    }
    for (const path of ['id', 'meta.version', 'meta', 'groups', `groups[value eq "${team}"].display`, 'schemas.x']) {
      const { status } = await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', path, value: 'x' }));
      assert.equal(status, 400, path);
    }
    assert.deepEqual(await memberIds(endpoint, team), []);
    const { rows } = await db.query<Record<string, unknown>>(
      statement(sql`SELECT origin, administrator FROM resource WHERE tenant = ${endpoint.tenant} AND id = ${id}`),
    );
    assert.deepEqual(rows, [{ origin: 'scim', administrator: false }]);
  });

  test('S23 P6 a password is accepted and kept nowhere: not in a reply, not in the history, not in a filter', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const secret = `canary-${randomBytes(9).toString('hex')}`;
    const made = await endpoint.ask('POST', '/Users?attributes=password,userName', user('ann', { password: secret }));
    const { id } = made.json;
    const replies = [
      made,
      await endpoint.ask('PUT', `/Users/${id}`, user('ann', { password: secret, title: 'x' })),
      await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'password', value: secret })),
      await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { password: secret, title: 'y' } })),
      await endpoint.ask('GET', `/Users/${id}?attributes=password`),
      await endpoint.ask('GET', `/Users${query({ filter: `password eq "${secret}"` })}`),
      await endpoint.ask('GET', '/Users?sortBy=password'),
      await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'password', value: { x: secret } })),
    ];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [201, 200, 200, 200, 200, 400, 400, 400],
    );
    for (const { text } of replies) assert.ok(!text.includes(secret), text);
    for (const table of ['resource', 'history', 'outbox', 'deleted_resource']) {
      const { rows } = await db.query<{ n: number }>({
        text: `SELECT count(*) AS n FROM ${table} AS t WHERE t.tenant = $1 AND t::text LIKE $2`,
        values: [endpoint.tenant, `%${secret}%`],
      });
      assert.equal(rows[0]?.n, 0, table);
    }
  });
});
