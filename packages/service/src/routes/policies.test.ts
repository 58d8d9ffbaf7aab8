import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { create, ENTERPRISE, group, listed, memberIds, patch, query, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const disable = (endpoint: TestEndpoint, id: string) =>
  endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'active', value: false }));

onSharedDatabase('policies', (open) => {
  test('soft deletion: gone for SCIM at once, its names free, and a row that holds what a restore needs', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db, { policy: { deletion: 'soft', deletedRetentionDays: 7 } });
    const id = await create(endpoint, '/Users', user('Ann', { externalId: 'x', title: 'kept' }));
    const team = await create(endpoint, '/Groups', group('team', { members: [{ value: id }] }));
    assert.equal((await endpoint.ask('DELETE', `/Users/${id}`)).status, 204);
    assert.equal((await endpoint.ask('GET', `/Users/${id}`)).status, 404);
    assert.deepEqual(await listed(endpoint, '/Users', { filter: 'userName eq "ann"' }), []);
    assert.deepEqual(
      [await memberIds(endpoint, team), (await endpoint.ask('GET', '/Users')).json.totalResults],
      [[], 0],
    );
    const again = await create(endpoint, '/Users', user('ANN'));
    assert.equal((await endpoint.ask('GET', `/Users/${again}`)).json.groups, undefined);
    const { rows } = await db.query<Record<string, unknown>>(
      statement(sql`SELECT id, type, label, data ->> 'title' AS title, group_ids, purge_after - deleted_at = interval '7 days' AS days
        FROM deleted_resource WHERE tenant = ${endpoint.tenant}`),
    );
    assert.deepEqual(rows, [{ id, type: 'User', label: 'Ann', title: 'kept', group_ids: [team], days: true }]);
  });

  test('hard deletion leaves no row but the history', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await create(endpoint, '/Users', user('ann'));
    await create(endpoint, '/Groups', group('team', { members: [{ value: id }] }));
    await endpoint.ask('DELETE', `/Users/${id}`);
    const { rows } = await db.query<Record<string, unknown>>(
      statement(sql`SELECT (SELECT count(*) FROM resource WHERE tenant = ${endpoint.tenant} AND id = ${id}) AS resources,
        (SELECT count(*) FROM member WHERE tenant = ${endpoint.tenant}) AS members,
        (SELECT count(*) FROM deleted_resource WHERE tenant = ${endpoint.tenant}) AS deleted,
        (SELECT string_agg(action, ' ' ORDER BY id) FROM history WHERE tenant = ${endpoint.tenant} AND resource_id = ${id}) AS actions`),
    );
    assert.deepEqual(rows, [{ resources: 0, members: 0, deleted: 0, actions: 'created deleted' }]);
  });

  test('PUT of absent attributes: cleared, or kept where policy says so', async () => {
    for (const [putAbsent, title, schemas] of [
      ['clear', undefined, 1],
      ['keep', 'old', 2],
    ] as const) {
      await using endpoint = await openEndpoint(await open(), { policy: { putAbsent } });
      const id = await create(endpoint, '/Users', user('ann', { title: 'old', [ENTERPRISE]: { department: 'd' } }));
      const { json } = await endpoint.ask('PUT', `/Users/${id}`, user('ann', { displayName: 'new' }));
      assert.deepEqual([json.displayName, json.title, json.schemas.length], ['new', title, schemas]);
      const cleared = await endpoint.ask('PUT', `/Users/${id}`, user('ann', { title: null }));
      assert.equal(cleared.json.title, putAbsent === 'keep' ? 'old' : undefined);
    }
  });

  test('an attribute that no schema has is dropped or refused, in bodies, paths and projections', async () => {
    for (const [unknownAttributes, quirks, status] of [
      ['ignore', undefined, [201, 200]],
      ['refuse', [], [400, 400]],
    ] as const) {
      const policy = { unknownAttributes, ...(quirks && { quirks }) };
      await using endpoint = await openEndpoint(await open(), { policy });
      const id = await create(endpoint, '/Users', user('bob'));
      const made = await endpoint.ask('POST', '/Users', user('ann', { shoeSize: 42 }));
      const shown = await endpoint.ask('GET', `/Users/${id}?attributes=shoeSize`);
      assert.deepEqual([made.status, shown.status], status);
      assert.deepEqual([made.json.shoeSize, shown.json.userName], [undefined, undefined]);
    }
  });

  test('a strict tenant takes the standard to the letter: none of the tolerances of clients', async () => {
    await using endpoint = await openEndpoint(await open(), { policy: { preset: 'strict' } });
    const id = await create(endpoint, '/Users', user('ann', { emails: [{ value: 'a@x', type: 'work' }] }));
    const team = await create(endpoint, '/Groups', group('team', { members: [{ value: id }] }));
    for (const [path, operation] of [
      [`/Users/${id}`, { op: 'Replace', path: 'title', value: 'x' }],
      [`/Users/${id}`, { op: 'replace', path: 'active', value: 'False' }],
      [`/Users/${id}`, { op: 'replace', path: 'manager', value: 'boss' }],
      [`/Users/${id}`, { op: 'replace', value: { 'name.givenName': 'A' } }],
      [`/Users/${id}`, { op: 'add', path: 'emails[type eq "home"].value', value: 'b@x' }],
      [`/Groups/${team}`, { op: 'remove', path: 'members', value: [{ value: id }] }],
    ] as const)
      assert.equal((await endpoint.ask('PATCH', path, patch(operation))).status, 400, JSON.stringify(operation));
    for (const filter of ['userName eq ann', 'emails[type eq "work"].value eq "a@x"', 'manager eq "x"'])
      assert.equal((await endpoint.ask('GET', `/Users${query({ filter })}`)).status, 400, filter);
    assert.deepEqual(await memberIds(endpoint, team), [id]);
  });

  test('S22 a token that deletes or disables faster than policy allows is told to wait, and nothing more goes', async () => {
    await using endpoint = await openEndpoint(await open(), { policy: { deletesPerMinuteMax: 3 } });
    const ids = await Promise.all([0, 1, 2, 3, 4].map((index) => create(endpoint, '/Users', user(`user${index}`))));
    const [a = '', b = '', c = '', d = '', e = ''] = ids;
    const done = [
      await endpoint.ask('DELETE', `/Users/${a}`),
      await disable(endpoint, b),
      await endpoint.ask('PUT', `/Users/${c}`, user('user2', { active: false })),
    ];
    assert.deepEqual(
      done.map(({ status }) => status),
      [204, 200, 200],
    );
    const refused = [
      await endpoint.ask('DELETE', `/Users/${d}`),
      await disable(endpoint, e),
      await endpoint.ask('PUT', `/Users/${e}`, user('user4', { active: false })),
    ];
    for (const { status, headers, json } of refused) {
      assert.deepEqual([status, json.status], [429, '429']);
      assert.ok(Number(headers['retry-after']) >= 1 && Number(headers['retry-after']) <= 20);
      assert.match(json.detail, /deletesPerMinuteMax/);
    }
    const bulk = await endpoint.ask('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'DELETE', path: `/Users/${d}` }],
    });
    assert.equal(bulk.json.Operations[0].status, '429');
    assert.equal((await disable(endpoint, b)).status, 200);
    assert.equal(
      (await endpoint.ask('PATCH', `/Users/${d}`, patch({ op: 'add', path: 'title', value: 'x' }))).status,
      200,
    );
    assert.equal((await endpoint.ask('GET', `/Users/${e}`)).json.active, undefined);
    const { text } = await endpoint.tenancy.tokens.create(endpoint.tenant, { name: 'other' }, 'test');
    const other = { authorization: `Bearer ${text}` };
    assert.equal((await endpoint.ask('DELETE', `/Users/${d}`, undefined, other)).status, 204);
  });

  test('S22 members are removed at the pace of policy, in every form of removal, and adding goes on', async () => {
    const removals: readonly ((ids: readonly string[]) => object)[] = [
      ([value]) => ({ op: 'remove', path: 'members', value: [{ value }] }),
      ([value]) => ({ op: 'remove', path: `members[value eq "${value}"]` }),
      () => ({ op: 'remove', path: 'members[type eq "User"]' }),
      () => ({ op: 'remove', path: 'members' }),
      () => ({ op: 'replace', path: 'members', value: [] }),
    ];
    for (const removal of removals) {
      await using endpoint = await openEndpoint(await open(), { policy: { memberRemovalsPerMinuteMax: 2 } });
      const ids = await Promise.all([0, 1, 2, 3].map((index) => create(endpoint, '/Users', user(`user${index}`))));
      const members = ids.map((value) => ({ value }));
      const first = await create(endpoint, '/Groups', group('first', { members }));
      const second = await create(endpoint, '/Groups', group('second', { members }));
      assert.equal((await endpoint.ask('PUT', `/Groups/${first}`, group('first', { members: [] }))).status, 200);
      const what = JSON.stringify(removal(ids));
      const refused = await endpoint.ask('PATCH', `/Groups/${second}`, patch(removal(ids)));
      assert.deepEqual([refused.status, refused.json.detail.includes('memberRemovalsPerMinuteMax')], [429, true], what);
      assert.equal((await memberIds(endpoint, second)).length, 4, what);
      const added = patch({ op: 'add', path: 'members', value: members });
      assert.equal((await endpoint.ask('PATCH', `/Groups/${first}`, added)).status, 204, what);
    }
  });

  test('a limit of 0 in the policy lifts it', async () => {
    await using endpoint = await openEndpoint(await open(), {
      policy: { memberRemovalsPerMinuteMax: 0, deletesPerMinuteMax: 0 },
    });
    const ids = await Promise.all([0, 1, 2].map((index) => create(endpoint, '/Users', user(`user${index}`))));
    const team = await create(endpoint, '/Groups', group('team', { members: ids.map((value) => ({ value })) }));
    assert.equal(
      (await endpoint.ask('PATCH', `/Groups/${team}`, patch({ op: 'remove', path: 'members' }))).status,
      204,
    );
    assert.deepEqual(await memberIds(endpoint, team), []);
    for (const id of ids) assert.equal((await endpoint.ask('DELETE', `/Users/${id}`)).status, 204);
  });
});
