import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestPglite } from '@rollcall/storage/testing';
import type { RouteEntry } from '../http/route-table.ts';
import { OPERATOR_KEY, openTestApp, type TestApp } from '../testing/test-app.ts';

const UNKNOWN_ID = '0123456789ab';
const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';
const ROLES = [
  'nobody',
  'wrong key',
  'key of another tenant',
  'key of the tenant',
  'operator',
  'provisioning token',
] as const;
type Role = (typeof ROLES)[number];

/** What each role may get: a refusal of these statuses, or anything that is none. */
const EXPECTED: Readonly<Record<RouteEntry['access'], Readonly<Record<Role, readonly number[] | 'passes'>>>> = {
  open: {
    nobody: 'passes',
    'wrong key': 'passes',
    'key of another tenant': 'passes',
    'key of the tenant': 'passes',
    operator: 'passes',
    'provisioning token': 'passes',
  },
  loopback: {
    nobody: [401],
    'wrong key': [401],
    'key of another tenant': [403],
    'key of the tenant': [403],
    operator: 'passes',
    'provisioning token': [401],
  },
  operator: {
    nobody: [401],
    'wrong key': [401],
    'key of another tenant': [403],
    'key of the tenant': [403],
    operator: 'passes',
    'provisioning token': [401],
  },
  tenant: {
    nobody: [401],
    'wrong key': [401],
    'key of another tenant': [404],
    'key of the tenant': 'passes',
    operator: 'passes',
    'provisioning token': [401],
  },
  token: {
    nobody: [401],
    'wrong key': [401],
    'key of another tenant': [401],
    'key of the tenant': [401],
    operator: [401],
    'provisioning token': 'passes',
  },
};

const REFUSALS: readonly number[] = [401, 403];
/** What `/Me` answers: a token belongs to no person. */
const NOT_IMPLEMENTED = 501;

describe('A1 the authorization matrix: every route, every role', () => {
  let app: TestApp;
  const credentials = new Map<Role, string | null>();

  before(async () => {
    const database = await openTestPglite();
    app = await openTestApp(database);
    const { tenants, keys } = app.tenancy;
    for (const slug of ['acme', 'globex']) await tenants.create({ slug, name: slug });
    credentials.set('nobody', null);
    credentials.set('wrong key', `rk_${UNKNOWN_ID}_${'A'.repeat(43)}`);
    credentials.set('key of another tenant', (await keys.create('globex', { name: 'x' }, 'test')).text);
    credentials.set('key of the tenant', (await keys.create('acme', { name: 'x' }, 'test')).text);
    credentials.set('operator', OPERATOR_KEY);
  });

  after(async () => {
    await app.close();
  });

  /** A token that no earlier route of the matrix has revoked or reset. */
  async function credentialOf(role: Role): Promise<string | null> {
    if (role !== 'provisioning token') return credentials.get(role) ?? null;
    return (await app.tenancy.tokens.create('acme', { name: 'x' }, 'test')).text;
  }

  const pathOf = (entry: RouteEntry): string =>
    entry.path
      .replace(':tenant', 'acme')
      .replace(':id', UNKNOWN_ID)
      .replaceAll(/:\w+/g, UNKNOWN_UUID)
      .replace('*', 'some/where');

  test('every route is there', () => {
    const accesses = new Set(app.routes.entries.map(({ access }) => access));
    assert.deepEqual([...accesses].sort(), Object.keys(EXPECTED).sort());
    assert.ok(app.routes.entries.length > 60, `${app.routes.entries.length} routes`);
  });

  for (const role of ROLES) {
    test(role, async () => {
      for (const entry of app.routes.entries) {
        const what = `${role}: ${entry.method} ${entry.path}`;
        const { status } = await app.ask(entry.method as 'GET', pathOf(entry), { key: await credentialOf(role) });
        const expected = EXPECTED[entry.access][role];
        if (expected === 'passes')
          assert.ok(
            !REFUSALS.includes(status) && (status < 500 || status === NOT_IMPLEMENTED),
            `${what} answered ${status}`,
          );
        else assert.ok(expected.includes(status), `${what} answered ${status}`);
      }
    });
  }

  test('P5 to a key of another tenant, a tenant and an unknown one are the same', async () => {
    const key = credentials.get('key of another tenant') ?? null;
    for (const entry of app.routes.entries.filter(({ access }) => access === 'tenant')) {
      const there = await app.ask(entry.method as 'GET', pathOf(entry), { key });
      const nowhere = await app.ask(entry.method as 'GET', pathOf(entry).replace('acme', 'none'), { key });
      const comparable = ({ status, text }: typeof there) => [
        status,
        text.replaceAll(/acme|none/g, '…').replace(/"requestId":"[^"]*"/, ''),
      ];
      assert.deepEqual(comparable(there), comparable(nowhere), `${entry.method} ${entry.path}`);
    }
  });

  const SPELLINGS = [
    '/api/v1/tenants/acme',
    '/api/v1/tenants/%61cme',
    '/api/v1/t%65nants/acme',
    '/%61pi/v1/tenants/acme',
    '/api%2fv1/tenants/acme',
    '/api/v1//tenants/acme',
    '//api/v1/tenants/acme',
    '/api/v1/./tenants/acme',
    '/api/v1/openapi.json/../tenants/acme',
    '/api/v1/openapi.json/%2e%2e/tenants/acme',
    '/api/v1/tenants/globex/../acme',
    '/api/v1/tenants/globex%2f..%2facme',
    '/api/v1/tenants/acme;x=1',
    '/api/v1/tenants/acme/',
    '/API/v1/tenants/acme',
    '/healthz/../api/v1/tenants/acme',
    '/scim/v2/globex/../../../api/v1/tenants/acme',
  ];

  for (const path of SPELLINGS) {
    test(`S14 ${path} opens nothing to a key of another tenant`, async () => {
      for (const key of [null, credentials.get('key of another tenant') ?? null]) {
        const { status, text } = await app.ask('GET', path, { key });
        assert.ok(status === 401 || status === 404, `${status}`);
        assert.ok(!text.includes('"endpoint"'), text);
      }
    });
  }

  test('S14 a method in a header or a query overrides nothing', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    assert.equal((await app.ask('GET', '/api/v1/tenants/acme?_method=DELETE', { headers })).status, 200);
    assert.equal((await app.tenancy.tenants.find('acme'))?.slug, 'acme');
  });

  test('S19 a key in the query opens nothing', async () => {
    for (const name of ['access_token', 'token', 'key', 'authorization']) {
      assert.equal((await app.ask('GET', `/api/v1/tenants?${name}=${OPERATOR_KEY}`, { key: null })).status, 401);
    }
  });
});
