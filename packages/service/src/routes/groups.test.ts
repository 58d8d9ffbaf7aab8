import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { create, group, memberIds, patch, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const users = async (endpoint: TestEndpoint, count: number): Promise<string[]> =>
  (
    await Promise.all(Array.from({ length: count }, (_, index) => create(endpoint, '/Users', user(`user${index}`))))
  ).sort();

const values = (ids: readonly string[]) => ids.map((value) => ({ value }));
const change = (endpoint: TestEndpoint, id: string, ...operations: object[]) =>
  endpoint.ask('PATCH', `/Groups/${id}`, patch(...operations));

onSharedDatabase('groups and members', (open) => {
  test("Entra's removal with a list of values removes those, and an RFC removal without values all", async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = '', two = '', three = ''] = await users(endpoint, 3);
    const id = await create(endpoint, '/Groups', group('legacy', { members: values([one, two, three]) }));
    assert.equal(
      (await change(endpoint, id, { op: 'Remove', path: 'members', value: [{ $ref: null, value: one }] })).status,
      204,
    );
    assert.deepEqual(await memberIds(endpoint, id), [two, three]);
    assert.equal((await change(endpoint, id, { op: 'remove', path: 'members' })).status, 204);
    assert.deepEqual(await memberIds(endpoint, id), []);
  });

  test('adding who is a member already is answered 204 and changes no version and sends no event', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('again', { members: values([one, one]) }));
    const events = async () =>
      (
        await db.query<{ n: number }>(
          statement(sql`SELECT count(*) AS n FROM outbox WHERE tenant = ${endpoint.tenant}`),
        )
      ).rows[0]?.n;
    const before = await events();
    assert.equal((await change(endpoint, id, { op: 'Add', path: 'members', value: values([one]) })).status, 204);
    assert.equal((await endpoint.ask('GET', `/Groups/${id}`)).json.meta.version, 'W/"1"');
    assert.equal(await events(), before);
    assert.deepEqual(await memberIds(endpoint, id), [one]);
  });

  test('ten thousand members in one PATCH, and a read that has each of them once', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await db.query(
      statement(sql`INSERT INTO resource (tenant, id, type, user_name, label, data, search, created, modified)
        SELECT ${endpoint.tenant}, gen_random_uuid(), 'User', 'bulk' || n, 'bulk', '{"schemas":[]}', '{}', now(), now() FROM generate_series(1, 10000) AS n`),
    );
    const { rows } = await db.query<{ id: string }>(
      statement(sql`SELECT id FROM resource WHERE tenant = ${endpoint.tenant} ORDER BY id`),
    );
    const ids = rows.map((row) => row.id);
    const id = await create(endpoint, '/Groups', group('crowd'));
    assert.equal((await change(endpoint, id, { op: 'add', path: 'members', value: values(ids) })).status, 204);
    assert.deepEqual(await memberIds(endpoint, id), ids);
    const listed = await endpoint.ask('GET', '/Groups?filter=displayName eq "crowd"'.replaceAll(' ', '%20'));
    assert.equal(listed.json.Resources[0].members.length, 10_000);
    assert.equal((await endpoint.ask('GET', `/Groups/${id}?excludedAttributes=members`)).json.members, undefined);
    assert.deepEqual(
      Object.keys((await endpoint.ask('GET', `/Groups/${id}?attributes=members.value`)).json.members[0]),
      ['value'],
    );
  });

  test('an unknown member is refused by name, and nothing of the request is done', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('strict'));
    for (const ghost of [randomUUID(), 'string id 1']) {
      const { status, json } = await change(endpoint, id, { op: 'add', path: 'members', value: values([one, ghost]) });
      assert.deepEqual([status, json.scimType], [400, 'invalidValue']);
      assert.ok(json.detail.includes(ghost), json.detail);
    }
    assert.deepEqual(await memberIds(endpoint, id), []);
  });

  test('policy keep: an unknown member stays as an id, is found and can be removed', async () => {
    await using endpoint = await openEndpoint(await open(), { policy: { unknownMembers: 'keep' } });
    const id = await create(endpoint, '/Groups', group('tolerant', { members: values(['ghost-1']) }));
    await change(endpoint, id, { op: 'add', path: 'members', value: values(['ghost-2']) });
    assert.deepEqual(await memberIds(endpoint, id), ['ghost-1', 'ghost-2']);
    assert.equal((await endpoint.ask('GET', '/Groups?filter=members%20eq%20%22ghost-1%22')).json.totalResults, 1);
    await change(endpoint, id, { op: 'remove', path: 'members[value eq "ghost-1"]' });
    assert.deepEqual(await memberIds(endpoint, id), ['ghost-2']);
  });

  test('a value filter other than an id removes whom it selects', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = '', two = ''] = await users(endpoint, 2);
    const inner = await create(endpoint, '/Groups', group('inner'));
    const id = await create(endpoint, '/Groups', group('mixed', { members: values([one, two, inner]) }));
    await change(endpoint, id, { op: 'remove', path: 'members[type eq "Group"]' });
    assert.deepEqual(await memberIds(endpoint, id), [one, two]);
    await change(endpoint, id, { op: 'remove', path: 'members[display sw "user0" or display eq "nobody"]' });
    assert.equal((await memberIds(endpoint, id)).length, 1);
  });

  test('the name of a member is returned when it is asked for by name', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('named', { members: values([one]) }));
    const displays = async (query: string) =>
      (await endpoint.ask('GET', `/Groups/${id}${query}`)).json.members[0].display;
    assert.deepEqual(
      [await displays(''), await displays('?attributes=members'), await displays('?attributes=members.display')],
      [undefined, undefined, 'user0'],
    );
  });

  test('a user shows the groups it is in, directly and through groups', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const inner = await create(endpoint, '/Groups', group('inner', { members: values([one]) }));
    const outer = await create(endpoint, '/Groups', group('outer', { members: values([inner]) }));
    const { json } = await endpoint.ask('GET', `/Users/${one}`);
    const shown = json.groups.map(({ value, type, display }: Record<string, string>) => [value, type, display]);
    assert.deepEqual(new Set(shown.map(String)), new Set([`${inner},direct,inner`, `${outer},indirect,outer`]));
    assert.equal((await endpoint.ask('GET', `/Users?filter=groups.value%20eq%20%22${outer}%22`)).json.totalResults, 1);
    assert.equal((await endpoint.ask('GET', `/Users/${one}?excludedAttributes=groups`)).json.groups, undefined);
  });

  test('a group cannot contain itself, directly or through another', async () => {
    await using endpoint = await openEndpoint(await open());
    const inner = await create(endpoint, '/Groups', group('inner'));
    const outer = await create(endpoint, '/Groups', group('outer', { members: values([inner]) }));
    for (const [into, member] of [
      [inner, outer],
      [inner, inner],
    ] as const) {
      const { status, json } = await change(endpoint, into, { op: 'add', path: 'members', value: values([member]) });
      assert.deepEqual([status, json.scimType], [400, 'invalidValue'], json?.detail);
    }
    assert.deepEqual(await memberIds(endpoint, inner), []);
  });

  test('deleting a user takes it out of its groups, and the next one of that name inherits nothing', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('team', { members: values([one]) }));
    assert.equal((await endpoint.ask('DELETE', `/Users/${one}`)).status, 204);
    const { json } = await endpoint.ask('GET', `/Groups/${id}`);
    assert.deepEqual([json.members, json.meta.version], [undefined, 'W/"2"']);
    const again = await create(endpoint, '/Users', user('user0'));
    assert.equal((await endpoint.ask('GET', `/Users/${again}`)).json.groups, undefined);
  });

  test('an inactive user keeps its memberships and stays visible', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('team', { members: values([one]) }));
    await endpoint.ask('PATCH', `/Users/${one}`, patch({ op: 'Replace', path: 'active', value: 'False' }));
    assert.deepEqual(await memberIds(endpoint, id), [one]);
    assert.equal((await endpoint.ask('GET', `/Users/${one}`)).json.active, false);
  });

  test('PUT with an empty list of members empties this group and no other; without the list policy decides', async () => {
    for (const [putAbsentMembers, kept] of [
      ['keep', 1],
      ['clear', 0],
    ] as const) {
      await using endpoint = await openEndpoint(await open(), { policy: { putAbsentMembers } });
      const [one = ''] = await users(endpoint, 1);
      const id = await create(endpoint, '/Groups', group('put', { members: values([one]) }));
      const other = await create(endpoint, '/Groups', group('bystander', { members: values([one]) }));
      await endpoint.ask('PUT', `/Groups/${id}`, group('put renamed'));
      assert.equal((await memberIds(endpoint, id)).length, kept);
      await endpoint.ask('PUT', `/Groups/${id}`, group('put renamed', { members: [] }));
      assert.deepEqual([await memberIds(endpoint, id), await memberIds(endpoint, other)], [[], [one]]);
    }
  });

  test('a rename does not touch the members, whatever form it has', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('before', { members: values([one]) }));
    await change(endpoint, id, { op: 'replace', value: { id, displayName: 'after' } });
    await change(endpoint, id, { op: 'Replace', path: 'displayName', value: 'at last' });
    const { json } = await endpoint.ask('GET', `/Groups/${id}`);
    assert.deepEqual([json.displayName, json.members.length], ['at last', 1]);
  });

  test('members and attributes change as one unit or not at all', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = '', two = ''] = await users(endpoint, 2);
    await create(endpoint, '/Groups', group('taken'));
    const id = await create(endpoint, '/Groups', group('free', { members: values([one]) }));
    const operations = [
      { op: 'remove', path: `members[value eq "${one}"]` },
      { op: 'add', path: 'members', value: values([two]) },
      { op: 'replace', path: 'displayName', value: 'Taken' },
    ];
    assert.equal((await change(endpoint, id, ...operations)).status, 409);
    assert.deepEqual(await memberIds(endpoint, id), [one]);
  });

  test('policy shared: two groups may have one name', async () => {
    await using endpoint = await openEndpoint(await open(), { policy: { groupDisplayName: 'shared' } });
    await create(endpoint, '/Groups', group('same'));
    await create(endpoint, '/Groups', group('same'));
    assert.equal((await endpoint.ask('GET', '/Groups?filter=displayName%20eq%20%22SAME%22')).json.totalResults, 2);
  });

  test('a PATCH that asks for attributes is answered 200 with those', async () => {
    await using endpoint = await openEndpoint(await open());
    const [one = ''] = await users(endpoint, 1);
    const id = await create(endpoint, '/Groups', group('asked'));
    const body = patch({ op: 'add', path: 'members', value: values([one]) });
    const { status, json } = await endpoint.ask('PATCH', `/Groups/${id}?attributes=displayName`, body);
    assert.deepEqual([status, json.displayName, json.members], [200, 'asked', undefined]);
  });

  test('what was done is in the history with who came and went, and in the outbox, once each', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const [one = '', two = ''] = await users(endpoint, 2);
    const id = await create(endpoint, '/Groups', group('recorded', { members: values([one]) }));
    await change(endpoint, id, { op: 'add', path: 'members', value: values([one, two]) });
    await change(
      endpoint,
      id,
      { op: 'remove', path: 'members', value: values([one]) },
      { op: 'replace', path: 'displayName', value: 'renamed' },
    );
    await endpoint.ask('DELETE', `/Groups/${id}`);
    const { rows } = await db.query<Record<string, unknown>>(
      statement(sql`SELECT h.action, h.version, h.actor LIKE 'token:%' AS by_token, h.before ->> 'displayName' AS was, h.after ->> 'displayName' AS is,
          (SELECT count(*) FROM history_member m WHERE m.tenant = h.tenant AND m.history_id = h.id AND m.added) AS came,
          (SELECT count(*) FROM history_member m WHERE m.tenant = h.tenant AND m.history_id = h.id AND NOT m.added) AS went,
          (SELECT event FROM outbox o WHERE o.tenant = h.tenant AND o.history_id = h.id) AS event
        FROM history h WHERE h.tenant = ${endpoint.tenant} AND h.resource_id = ${id} ORDER BY h.id`),
    );
    const expected = [
      ['created', 1, true, null, 'recorded', 1, 0, 'group.created'],
      ['members', 2, true, null, null, 1, 0, 'group.members'],
      ['updated', 3, true, 'recorded', 'renamed', 0, 1, 'group.updated'],
      ['deleted', 3, true, 'renamed', null, 0, 1, 'group.deleted'],
    ];
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      expected,
    );
  });
});
