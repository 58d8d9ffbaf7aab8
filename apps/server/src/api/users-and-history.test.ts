import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eachDatabase } from '@rollcall/storage/testing';
import { openTestApp, type TestApp } from '../testing/test-app.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

eachDatabase('accounts and history', (open) => {
  let app: TestApp;
  let tenants = 0;

  before(async () => {
    app = await openTestApp(await open());
  });
  after(() => app.close());

  async function newTenant(): Promise<{ api: string; scim: string; token: string }> {
    tenants += 1;
    const slug = `t${tenants}`;
    await app.tenancy.tenants.create({ slug, name: slug });
    const { text } = await app.tenancy.tokens.create(slug, { name: 'a' }, 'test');
    return { api: `/api/v1/tenants/${slug}`, scim: `/scim/v2/${slug}`, token: text };
  }

  test('an account made by hand says so, here and in its history', async () => {
    const { api } = await newTenant();
    const body = { userName: 'Ada@example.com', displayName: 'Ada', email: 'ada@example.com' };
    const { status, json } = await app.ask('POST', `${api}/users`, { body });
    assert.equal(status, 201);
    assert.deepEqual(
      [json.userName, json.displayName, json.email, json.active, json.origin, json.administrator],
      ['Ada@example.com', 'Ada', 'ada@example.com', true, 'manual', false],
    );
    assert.deepEqual((await app.ask('GET', `${api}/users/${json.id}`)).json, json);
    const [entry] = (await app.ask('GET', `${api}/history?resourceId=${json.id}`)).json.items;
    assert.deepEqual(
      [entry.action, entry.actor, entry.after.userName],
      ['created', 'key:bootstrap', 'Ada@example.com'],
    );
  });

  test('the guide: provisioning connects an account made by hand, and never an administrator', async () => {
    const { api, scim, token } = await newTenant();
    const make = async (userName: string, administrator: boolean) =>
      (await app.ask('POST', `${api}/users`, { body: { userName, administrator } })).json;
    const ada = await make('ada', false);
    await make('root', true);
    const provision = (userName: string) =>
      app.ask('POST', `${scim}/Users`, { key: token, body: { schemas: [USER], userName, externalId: 'e-1' } });
    const connected = await provision('ADA');
    assert.deepEqual([connected.status, connected.json.id, connected.json.externalId], [201, ada.id, 'e-1']);
    assert.equal((await provision('root')).status, 409);
    const [listed] = (await app.ask('GET', `${api}/users?userName=Ada`)).json.items;
    assert.deepEqual([listed.id, listed.origin, listed.externalId], [ada.id, 'connected', 'e-1']);
  });

  test('a name is taken once, over both doors', async () => {
    const { api, scim, token } = await newTenant();
    await app.ask('POST', `${scim}/Users`, { key: token, body: { schemas: [USER], userName: 'ada' } });
    const { status, json } = await app.ask('POST', `${api}/users`, { body: { userName: 'ADA' } });
    assert.deepEqual([status, json.type], [409, 'urn:rollcall:problem:already-exists']);
  });

  test('an account is disabled and enabled, which the endpoint shows and the history tells', async () => {
    const { api, scim, token } = await newTenant();
    const { id } = (await app.ask('POST', `${api}/users`, { body: { userName: 'ada' } })).json;
    const disabled = await app.ask('PATCH', `${api}/users/${id}`, { body: { active: false } });
    assert.deepEqual([disabled.status, disabled.json.active], [200, false]);
    assert.equal((await app.ask('GET', `${scim}/Users/${id}`, { key: token })).json.active, false);
    await app.ask('PATCH', `${api}/users/${id}`, { body: { active: false } });
    await app.ask('PATCH', `${api}/users/${id}`, { body: { active: true, displayName: 'Ada' } });
    const { items } = (await app.ask('GET', `${api}/history?resourceId=${id}`)).json;
    assert.deepEqual(
      items.map(
        ({ action, version, after: values }: { action: string; version: number; after: { active: boolean } }) => [
          action,
          version,
          values.active,
        ],
      ),
      [
        ['updated', 3, true],
        ['updated', 2, false],
        ['created', 1, true],
      ],
    );
  });

  test('history shows members that came and went, and who did it', async () => {
    const { api, scim, token } = await newTenant();
    const { id } = (await app.ask('POST', `${api}/users`, { body: { userName: 'ada' } })).json;
    const body = { schemas: [GROUP], displayName: 'Staff', members: [{ value: id }] };
    const group = (await app.ask('POST', `${scim}/Groups`, { key: token, body })).json;
    const remove = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }],
    };
    assert.equal((await app.ask('PATCH', `${scim}/Groups/${group.id}`, { key: token, body: remove })).status, 204);
    const { items } = (await app.ask('GET', `${api}/history?resourceId=${group.id}`)).json;
    assert.deepEqual(
      items.map((entry: Record<string, unknown>) => [entry.membersAdded, entry.membersRemoved, entry.actor]),
      [
        [[], [id], `token:${token.split('_')[1]}`],
        [[id], [], `token:${token.split('_')[1]}`],
      ],
    );
  });

  test('P5 accounts and history of another tenant are not there', async () => {
    const [one, other] = [await newTenant(), await newTenant()];
    const { id } = (await app.ask('POST', `${one.api}/users`, { body: { userName: 'ada' } })).json;
    assert.equal((await app.ask('GET', `${other.api}/users/${id}`)).status, 404);
    assert.equal((await app.ask('PATCH', `${other.api}/users/${id}`, { body: { active: false } })).status, 404);
    assert.deepEqual((await app.ask('GET', `${other.api}/users`)).json.items, []);
    assert.deepEqual((await app.ask('GET', `${other.api}/history?resourceId=${id}`)).json.items, []);
  });

  test('pages of both lists follow each other and end', async () => {
    const { api } = await newTenant();
    for (const userName of ['a', 'b', 'c']) await app.ask('POST', `${api}/users`, { body: { userName } });
    for (const list of ['users', 'history']) {
      const first = (await app.ask('GET', `${api}/${list}?limit=2`)).json;
      const second = (await app.ask('GET', `${api}/${list}?limit=2&cursor=${first.nextCursor}`)).json;
      const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
      assert.deepEqual([ids.length, new Set(ids).size, 'nextCursor' in second], [3, 3, false], list);
    }
  });

  const REFUSED: readonly [method: 'GET' | 'POST' | 'PATCH', path: string, body: unknown, status: number][] = [
    ['GET', '/users?cursor=x', undefined, 400],
    ['GET', '/users/not-an-id', undefined, 404],
    ['GET', '/history?cursor=x', undefined, 400],
    ['GET', '/history?resourceId=x', undefined, 400],
    ['POST', '/users', {}, 400],
    ['POST', '/users', { userName: 'a\u200bb' }, 400],
    ['POST', '/users', { userName: ' a' }, 400],
    ['POST', '/users', { userName: 'a', id: 'mine' }, 400],
    ['PATCH', '/users/00000000-0000-4000-8000-000000000000', { active: false }, 404],
    ['PATCH', '/users/00000000-0000-4000-8000-000000000000', { origin: 'scim' }, 400],
  ];

  test('P14 what makes no sense is refused with its status', async () => {
    const { api } = await newTenant();
    for (const [method, path, body, status] of REFUSED) {
      const answer = await app.ask(method, `${api}${path}`, body === undefined ? {} : { body });
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(body)}: ${answer.text}`);
    }
    assert.equal((await app.ask('GET', '/api/v1/tenants/nobody/users')).status, 404);
    assert.equal((await app.ask('GET', '/api/v1/tenants/nobody/history')).status, 404);
  });
});
