import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eachDatabase } from '@rollcall/storage/testing';
import { openTestApp, type TestApp } from '../testing/test-app.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

eachDatabase('the admin API', (open) => {
  let app: TestApp;

  before(async () => {
    app = await openTestApp(await open(), { environment: { ROLLCALL_PUBLIC_URL: 'https://scim.example.com' } });
  });
  after(() => app.close());

  let slugs = 0;
  async function newTenant(): Promise<string> {
    slugs += 1;
    const slug = `t${slugs}`;
    assert.equal((await app.ask('POST', '/api/v1/tenants', { body: { slug, name: slug } })).status, 201);
    return slug;
  }

  const scim = (slug: string, token: string) => app.ask('GET', `/scim/v2/${slug}/Users`, { key: token });

  test('a tenant is created with slug and name alone', async () => {
    const created = await app.ask('POST', '/api/v1/tenants', { body: { slug: 'acme', name: 'Acme' } });
    assert.equal(created.status, 201);
    const { slug, name, endpoint, disabled, policy } = created.json;
    assert.deepEqual(
      [slug, name, endpoint, disabled, policy.preset],
      ['acme', 'Acme', 'https://scim.example.com/scim/v2/acme', false, 'entra'],
    );
    assert.deepEqual((await app.ask('GET', '/api/v1/tenants/acme')).json, created.json);
  });

  test('a slug is taken once', async () => {
    const slug = await newTenant();
    const again = await app.ask('POST', '/api/v1/tenants', { body: { slug, name: 'Other' } });
    assert.equal(again.status, 409);
    assert.equal(again.json.type, 'urn:rollcall:problem:already-exists');
  });

  test('a provisioning token is created with a name alone, and opens its endpoint', async () => {
    const slug = await newTenant();
    const created = await app.ask('POST', `/api/v1/tenants/${slug}/provisioning-tokens`, { body: { name: 'entra' } });
    assert.equal(created.status, 201);
    assert.match(created.json.token, new RegExp(`^rc_${created.json.id}_[A-Za-z0-9_-]{43}$`));
    assert.equal(created.json.endpoint, `https://scim.example.com/scim/v2/${slug}`);
    assert.equal((await scim(slug, created.json.token)).status, 200);
  });

  test('the guide: reset needs no body, makes a new token, and all earlier ones stop at once', async () => {
    const slug = await newTenant();
    const path = `/api/v1/tenants/${slug}/provisioning-tokens`;
    const earlier = [];
    for (const name of ['a', 'b']) earlier.push((await app.ask('POST', path, { body: { name } })).json);
    for (const { token } of earlier) assert.equal((await scim(slug, token)).status, 200);
    const reset = await app.ask('POST', `${path}/reset`);
    assert.equal(reset.status, 201, reset.text);
    for (const { id, token } of earlier) {
      const refused = await scim(slug, token);
      assert.equal(refused.status, 401);
      assert.match(refused.json.detail, new RegExp(`${id} was replaced by a reset at 20`));
    }
    assert.equal((await scim(slug, reset.json.token)).status, 200);
  });

  test('a reset takes a name, scopes and an expiry as a new token does', async () => {
    const slug = await newTenant();
    const body = { name: 'okta', scopes: ['read-only'], expiresAt: '2099-01-01T00:00:00+01:00' };
    const { json } = await app.ask('POST', `/api/v1/tenants/${slug}/provisioning-tokens/reset`, { body });
    assert.deepEqual([json.name, json.scopes, json.expiresAt], ['okta', ['read-only'], '2098-12-31T23:00:00.000Z']);
  });

  test('P6 no list and no read shows a secret', async () => {
    const slug = await newTenant();
    const tokens = `/api/v1/tenants/${slug}/provisioning-tokens`;
    const keys = `/api/v1/tenants/${slug}/api-keys`;
    const { token, id } = (await app.ask('POST', tokens, { body: { name: 'a' } })).json;
    const { key } = (await app.ask('POST', keys, { body: { name: 'a' } })).json;
    const pages = await Promise.all([tokens, `${tokens}/${id}`, keys].map((path) => app.ask('GET', path)));
    for (const { status, text } of pages) {
      assert.equal(status, 200);
      for (const secret of [token, key]) assert.ok(!text.includes(secret.slice(-43)));
    }
  });

  test('a revoked token stops at once and stays listed; revoking again is told', async () => {
    const slug = await newTenant();
    const path = `/api/v1/tenants/${slug}/provisioning-tokens`;
    const { id, token } = (await app.ask('POST', path, { body: { name: 'a' } })).json;
    assert.equal((await scim(slug, token)).status, 200);
    const revoked = await app.ask('DELETE', `${path}/${id}`);
    assert.deepEqual([revoked.status, revoked.json.status, revoked.json.endedBy], [200, 'revoked', 'key:bootstrap']);
    assert.equal((await scim(slug, token)).status, 401);
    assert.equal((await app.ask('GET', path)).json.items[0].status, 'revoked');
    assert.equal((await app.ask('DELETE', `${path}/${id}`)).json.type, 'urn:rollcall:problem:already-ended');
  });

  test('a key of a tenant works for it, and stops when it is revoked', async () => {
    const slug = await newTenant();
    const { key, id } = (await app.ask('POST', `/api/v1/tenants/${slug}/api-keys`, { body: { name: 'a' } })).json;
    const body = { name: 'by the tenant' };
    const created = await app.ask('POST', `/api/v1/tenants/${slug}/provisioning-tokens`, { key, body });
    assert.deepEqual([created.status, created.json.createdBy], [201, `key:${id}`]);
    assert.equal((await app.ask('GET', '/api/v1/tenants', { key })).status, 403);
    await app.ask('DELETE', `/api/v1/tenants/${slug}/api-keys/${id}`);
    const refused = await app.ask('GET', `/api/v1/tenants/${slug}`, { key });
    assert.deepEqual([refused.status, refused.json.type], [401, 'urn:rollcall:problem:unauthorized']);
    assert.match(refused.json.detail, new RegExp(`Key ${id} is revoked`));
  });

  test('an operator key that the API made is an operator', async () => {
    const { key } = (await app.ask('POST', '/api/v1/api-keys', { body: { name: 'terraform' } })).json;
    assert.equal((await app.ask('GET', '/api/v1/tenants', { key })).status, 200);
  });

  test('a tenant sets its policy, and cannot switch itself off or on', async () => {
    const slug = await newTenant();
    const { key } = (await app.ask('POST', `/api/v1/tenants/${slug}/api-keys`, { body: { name: 'a' } })).json;
    const path = `/api/v1/tenants/${slug}`;
    const changed = await app.ask('PATCH', path, { key, body: { policy: { preset: 'strict', deletion: 'soft' } } });
    assert.deepEqual([changed.json.policy.quirks, changed.json.policy.deletion], [[], 'soft']);
    assert.equal((await app.ask('PATCH', path, { key, body: { disabled: true } })).status, 403);
    assert.equal((await app.ask('PATCH', path, { body: { disabled: true } })).json.disabled, true);
    assert.equal((await app.ask('GET', path, { key })).status, 401);
  });

  test('erasing a tenant asks for its name', async () => {
    const slug = await newTenant();
    const path = `/api/v1/tenants/${slug}`;
    for (const query of ['', '?confirm=', '?confirm=yes']) {
      const refused = await app.ask('DELETE', `${path}${query}`);
      assert.deepEqual([refused.status, refused.json.type], [400, 'urn:rollcall:problem:confirmation-needed']);
    }
    assert.equal((await app.ask('DELETE', `${path}?confirm=${slug}`)).status, 204);
    assert.equal((await app.ask('GET', path)).status, 404);
  });

  test('lists come in pages that end', async () => {
    const slug = await newTenant();
    const path = `/api/v1/tenants/${slug}/provisioning-tokens`;
    for (const name of ['a', 'b', 'c']) await app.ask('POST', path, { body: { name } });
    const first = (await app.ask('GET', `${path}?limit=2`)).json;
    const second = (await app.ask('GET', `${path}?limit=2&cursor=${first.nextCursor}`)).json;
    assert.deepEqual([first.items.length, second.items.length, 'nextCursor' in second], [2, 1, false]);
    const names = [...first.items, ...second.items].map(({ name }: { name: string }) => name);
    assert.deepEqual(names.sort(), ['a', 'b', 'c']);
  });

  const BODIES: readonly [why: string, body: unknown, status: number, field: string][] = [
    ['an unknown key', { slug: 'x1', name: 'x', admin: true }, 400, 'body'],
    ['no slug', { name: 'x' }, 400, 'body.slug'],
    ['a slug with a slash', { slug: 'x/y', name: 'x' }, 400, 'body.slug'],
    ['a name that is a number', { slug: 'x1', name: 1 }, 400, 'body.name'],
    ['a name of blanks', { slug: 'x1', name: '   ' }, 400, 'body.name'],
    ['a name with NUL', { slug: 'x1', name: 'a\u0000' }, 400, ''],
    ['an unknown quirk', { slug: 'x1', name: 'x', policy: { quirks: ['x'] } }, 400, 'body.policy.quirks.0'],
    ['a list', [{ slug: 'x1', name: 'x' }], 400, 'body'],
    ['nothing', undefined, 400, 'body'],
    ['no JSON', '{"slug":', 400, ''],
    ['S3 a key twice', '{"slug":"x1","slug":"x2","name":"x"}', 400, ''],
    ['S4 a key of the prototype', '{"slug":"x1","name":"x","__proto__":{"a":1}}', 400, ''],
    ['S1 depth', `{"slug":"x1","name":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, ''],
    ['S2 a megabyte', { slug: 'x1', name: 'x'.repeat(1_100_000) }, 413, ''],
  ];

  for (const [why, body, status, field] of BODIES) {
    test(`P14 a tenant with ${why} is ${status}, and nothing is made`, async () => {
      const { json, status: answered, text } = await app.ask('POST', '/api/v1/tenants', { body });
      assert.equal(answered, status, text);
      assert.match(json.requestId, UUID);
      if (field !== '')
        assert.ok(
          json.errors.some((error: { field: string }) => error.field === field),
          text,
        );
      assert.equal(await app.tenancy.tenants.find('x1'), undefined);
    });
  }

  const QUERIES = ['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'cursor=%00', 'cursor=A', 'limit=1&limit=2', 'x=1'];

  for (const query of QUERIES) {
    test(`P14 a list with ${query} is 400`, async () => {
      const { status, json } = await app.ask('GET', `/api/v1/tenants?${query}`);
      assert.deepEqual([status, json.type], [400, 'urn:rollcall:problem:invalid-request']);
    });
  }
});

describe('a worker', () => {
  test('answers health, and neither SCIM nor the admin API', async () => {
    const { openTestPglite } = await import('@rollcall/storage/testing');
    const app = await openTestApp(await openTestPglite(), { environment: { ROLLCALL_ROLE: 'worker' } });
    assert.equal((await app.ask('GET', '/readyz')).status, 200);
    assert.equal((await app.ask('GET', '/api/v1/tenants')).status, 404);
    assert.equal((await app.ask('GET', '/scim/v2/acme/Users')).status, 404);
    await app.close();
  });
});
