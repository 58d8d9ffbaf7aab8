import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, USER_TYPE } from '@rollcall/scim';
import { type Database, sql, statement } from '@rollcall/storage';
import { createResource } from '../resources/create.ts';
import { policyFromInput } from '../tenants/policy-input.ts';
import { create, listed, patch, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

/** An account as the console makes it. */
async function byHand(
  db: Database,
  { tenant }: TestEndpoint,
  body: JsonObject,
  options: { readonly administrator?: boolean } = {},
): Promise<string> {
  const context = {
    tenant,
    policy: policyFromInput({}),
    actor: 'key:console',
    requestId: 'request-1',
    baseUrl: `http://localhost:8400/scim/v2/${tenant}`,
    now: new Date(),
  };
  const input = { type: USER_TYPE, body, origin: 'manual' as const, ...options };
  return (await createResource(db, context, { ...input, reportQuirk: () => undefined })).id;
}

async function historyOf(db: Database, { tenant }: TestEndpoint, id: string): Promise<readonly unknown[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    statement(sql`SELECT h.action, h.before, h.after, o.event FROM history h
      LEFT JOIN outbox o ON o.tenant = h.tenant AND o.history_id = h.id
      WHERE h.tenant = ${tenant} AND h.resource_id = ${id} ORDER BY h.id`),
  );
  return rows.slice(1).map((row) => Object.values(row));
}

const ANN = { displayName: 'Ann by hand', title: 'kept', active: true };

onSharedDatabase('accounts made by hand', (open) => {
  for (const preset of ['entra', 'okta'] as const) {
    test(`${preset}: a create with the userName of an account made by hand connects it: 201, same id, externalId, history`, async () => {
      const db = await open();
      await using endpoint = await openEndpoint(db, { policy: { preset } });
      const id = await byHand(db, endpoint, user('Ann@example.com', ANN));
      const team = await create(endpoint, '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 't',
        members: [{ value: id }],
      });
      assert.deepEqual(await listed(endpoint, '/Users', { filter: 'userName eq "ann@example.com"' }), [id]);
      const body = user('ann@example.com', { externalId: 'x-1', displayName: 'Ann provisioned' });
      const { status, json, headers } = await endpoint.ask('POST', '/Users', body);
      assert.deepEqual([status, json.id, json.externalId, json.meta.version], [201, id, 'x-1', 'W/"2"']);
      assert.deepEqual([json.displayName, json.title, json.userName], ['Ann provisioned', 'kept', 'ann@example.com']);
      assert.deepEqual([headers.location, headers.etag], [json.meta.location, 'W/"2"']);
      assert.equal(json.groups[0].value, team);
      const [before, after] = [
        { userName: 'Ann@example.com', displayName: 'Ann by hand' },
        { userName: 'ann@example.com', externalId: 'x-1', displayName: 'Ann provisioned' },
      ];
      assert.deepEqual(await historyOf(db, endpoint, id), [['connected', before, after, 'user.connected']]);
      assert.equal((await endpoint.ask('GET', '/Users?count=0')).json.totalResults, 1);
    });
  }

  test('an account is connected once: the next create of that userName is 409, and so is one that provisioning made', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await byHand(db, endpoint, user('ann'));
    await create(endpoint, '/Users', user('bob'));
    assert.equal((await endpoint.ask('POST', '/Users', user('ann', { externalId: '1' }))).status, 201);
    for (const userName of ['ann', 'bob']) {
      const { status, json } = await endpoint.ask('POST', '/Users', user(userName, { externalId: '2' }));
      assert.deepEqual([status, json.scimType], [409, 'uniqueness']);
    }
    assert.deepEqual(await listed(endpoint, '/Users', { filter: 'externalId eq "2"' }), []);
  });

  test('of parallel creates of one userName made by hand exactly one connects it', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await byHand(db, endpoint, user('ann'));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => endpoint.ask('POST', '/Users', user('ANN', { externalId: `${index}` }))),
    );
    const won = answers.filter(({ status }) => status === 201);
    assert.deepEqual([won.length, answers.filter(({ status }) => status === 409).length], [1, 9]);
    assert.equal(won[0]?.json.id, id);
    assert.equal((await endpoint.ask('GET', `/Users/${id}`)).json.externalId, won[0]?.json.externalId);
  });

  test('S23 an administrator is never connected, nor changed by the attempt', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await byHand(db, endpoint, user('root', ANN), { administrator: true });
    const before = (await endpoint.ask('GET', `/Users/${id}`)).text;
    const { status, json } = await endpoint.ask('POST', '/Users', user('root', { externalId: 'evil' }));
    assert.deepEqual([status, json.scimType], [409, 'uniqueness']);
    assert.equal((await endpoint.ask('GET', `/Users/${id}`)).text, before);
  });

  test('a strict tenant, and one that says so, connects nothing', async () => {
    const db = await open();
    for (const policy of [{ preset: 'strict' }, { preset: 'entra', connectManualAccounts: false }] as const) {
      await using endpoint = await openEndpoint(db, { policy });
      await byHand(db, endpoint, user('ann'));
      assert.equal((await endpoint.ask('POST', '/Users', user('ann', { externalId: '1' }))).status, 409);
    }
  });

  test('S17 an account of another tenant is not connected, and externalId or e-mail connect nothing', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await using other = await openEndpoint(db);
    const emails = [{ value: 'ann@example.com', type: 'work', primary: true }];
    const id = await byHand(db, other, user('ann', { externalId: '1', emails }));
    const mine = await byHand(db, endpoint, user('someone', { externalId: '1', emails }));
    const { status, json } = await endpoint.ask('POST', '/Users', user('ann', { externalId: '1', emails }));
    assert.equal(status, 201);
    assert.ok(![id, mine].includes(json.id));
  });

  test('a disabled account made by hand stays disabled unless provisioning says active', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    for (const [userName, more, active] of [
      ['silent', {}, false],
      ['enabled', { active: true }, true],
    ] as const) {
      await byHand(db, endpoint, user(userName, { active: false }));
      assert.equal((await endpoint.ask('POST', '/Users', user(userName, more))).json.active, active);
    }
  });

  test('a refused create connects nothing', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await byHand(db, endpoint, user('ann', ANN));
    for (const more of [{ active: 'perhaps' }, { emails: [{ primary: true }, { primary: 7 }] }])
      assert.equal((await endpoint.ask('POST', '/Users', user('ann', more))).status, 400);
    const { json } = await endpoint.ask('GET', `/Users/${id}`);
    assert.deepEqual([json.meta.version, json.displayName], ['W/"1"', 'Ann by hand']);
  });

  test('P4 a bulk request that cannot complete a connected account gives it back as it was, and does not delete it', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await byHand(db, endpoint, user('ann', ANN));
    await create(endpoint, '/Users', user('taken'));
    const manager = (bulkId: string) => ({
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: `bulkId:${bulkId}` } },
    });
    const post = (bulkId: string, data: object) => ({ method: 'POST', path: '/Users', bulkId, data });
    const { json } = await endpoint.ask('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        post('boss', user('taken', manager('ann'))),
        post('ann', user('ann', { externalId: '1', title: 'new', ...manager('boss') })),
      ],
    });
    assert.deepEqual(
      json.Operations.map(({ status }: { status: string }) => status),
      ['409', '400'],
    );
    const read = (await endpoint.ask('GET', `/Users/${id}`)).json;
    assert.deepEqual([read.externalId, read.title, read.displayName], [undefined, 'kept', 'Ann by hand']);
    assert.equal((await endpoint.ask('POST', '/Users', user('ann', { externalId: '2' }))).json.id, id);
    const actions = (await historyOf(db, endpoint, id)).map((row) => (row as unknown[])[0]);
    assert.deepEqual(actions, ['connected', 'disconnected', 'connected']);
    assert.equal(
      (await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'remove', path: 'externalId' }))).status,
      200,
    );
  });
});
