import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DatabaseUnavailableError, migrations, type Statement } from '@rollcall/storage';
import { openTestPglite } from '@rollcall/storage/testing';
import type { InjectOptions } from 'fastify';
import { openTestApp, type TestApp } from '../testing/test-app.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Form = 'scim' | 'problem';

const CASES: readonly [method: InjectOptions['method'], path: string, status: number, form: Form][] = [
  ['GET', '/nowhere', 404, 'problem'],
  ['GET', '/api/v1/nowhere', 404, 'problem'],
  ['GET', '/api/v1/TENANTS', 404, 'problem'],
  ['PUT', '/api/v1/tenants', 405, 'problem'],
  ['DELETE', '/healthz', 405, 'problem'],
  ['GET', '/%ZZ', 400, 'problem'],
  ['GET', '/api/v1/tenants/%', 400, 'problem'],
  ['GET', `/api/v1/tenants/${'x'.repeat(3000)}`, 414, 'problem'],
  ['GET', '/scim/%ZZ', 400, 'scim'],
  ['GET', '/scim/v3/acme/Users', 404, 'scim'],
  ['GET', '/scim/', 404, 'scim'],
  ['GET', '/%73cim/v3/acme/Users', 404, 'scim'],
  ['GET', '/scim/v2/acme/Users', 401, 'scim'],
];

describe('errors', () => {
  let app: TestApp;

  before(async () => {
    app = await openTestApp(await openTestPglite());
  });
  after(() => app.close());

  for (const [method, path, status, form] of CASES) {
    test(`${method} ${path.slice(0, 60)} is ${status} as ${form}`, async () => {
      const answer = await app.ask(method, path);
      assert.equal(answer.status, status, answer.text);
      const type = String(answer.headers['content-type']);
      assert.match(type, form === 'scim' ? /^application\/scim\+json/ : /^application\/problem\+json/);
      assert.equal(
        form === 'scim' ? answer.json.status : answer.json.status,
        form === 'scim' ? String(status) : status,
      );
      assert.match(String(answer.headers['x-request-id']), UUID);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });
  }

  test('405 lists the methods that there are', async () => {
    assert.equal((await app.ask('PUT', '/api/v1/tenants')).headers.allow, 'GET, HEAD, POST');
  });

  test('401 names the scheme', async () => {
    const { headers } = await app.ask('GET', '/api/v1/tenants', { key: null });
    assert.match(String(headers['www-authenticate']), /^Bearer /);
  });

  const TYPES: readonly [type: string, status: number][] = [
    ['application/json', 201],
    ['application/json; charset=utf-8', 201],
    ['text/plain', 415],
    ['text/plain;charset=UTF-8', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/scim+json', 415],
    ['', 415],
  ];

  for (const [index, [type, status]] of TYPES.entries()) {
    test(`I10 a body of the type ${JSON.stringify(type)} is ${status} for the admin API`, async () => {
      const body = { slug: `type-${index}`, name: 'x' };
      const answer = await app.ask('POST', '/api/v1/tenants', { body, headers: { 'content-type': type } });
      assert.equal(answer.status, status, answer.text);
    });
  }

  test('every reply forbids caching, sniffing and framing', async () => {
    for (const path of ['/healthz', '/api/v1/tenants', '/nowhere', '/scim/v2/x/Users', '/api/v1/openapi.json']) {
      const { headers } = await app.ask('GET', path);
      assert.equal(headers['cache-control'], 'no-store', path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.match(String(headers['content-security-policy']), /default-src 'none'; frame-ancestors 'none'/, path);
    }
  });

  test('a request id of the client is not taken', async () => {
    const { headers } = await app.ask('GET', '/healthz', { headers: { 'x-request-id': 'mine', 'request-id': 'mine' } });
    assert.match(String(headers['x-request-id']), UUID);
  });

  test('Host and X-Forwarded-Host never reach a reply', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const { text } = await app.ask('POST', '/api/v1/tenants', { headers, body: { slug: 'host', name: 'x' } });
    assert.match(text, /"endpoint":"http:\/\/localhost:8400\/scim\/v2\/host"/);
    assert.ok(!text.includes('evil'));
  });
});

describe('errors without a database', () => {
  test('P1 503 with Retry-After in both forms, not ready, and alive', async () => {
    const database = await openTestPglite();
    const state = { up: true };
    const unreachable = () => Promise.reject(new DatabaseUnavailableError('no connection'));
    const app = await openTestApp({
      kind: database.kind,
      durable: database.durable,
      query: (statement) => (state.up ? database.query(statement) : unreachable()),
      transaction: (work, options) => (state.up ? database.transaction(work, options) : unreachable()),
      poolState: () => database.poolState(),
      close: () => database.close(),
    });
    await app.tenancy.tenants.create({ slug: 'acme', name: 'Acme' });
    const { text: token } = await app.tenancy.tokens.create('acme', { name: 'a' }, 'test');
    state.up = false;
    for (const [path, key] of [
      ['/api/v1/tenants', undefined],
      ['/scim/v2/acme/Users', token],
    ] as const) {
      const answer = await app.ask('GET', path, key === undefined ? {} : { key });
      assert.equal(answer.status, 503, path);
      assert.match(String(answer.headers['retry-after']), /^\d+$/);
      assert.ok(!answer.text.includes('no connection'));
    }
    assert.equal((await app.ask('GET', '/readyz')).status, 503);
    assert.equal((await app.ask('GET', '/healthz')).status, 200);
    state.up = true;
    assert.equal((await app.ask('GET', '/readyz')).status, 200);
    assert.equal((await app.ask('GET', '/scim/v2/acme/Users', { key: token })).status, 200);
    await app.close();
  });

  test('what was not foreseen is 500 without a detail of ours, and is in the log', async () => {
    const database = await openTestPglite({ migrations });
    const state = { broken: false };
    const whole = <T>(run: () => Promise<T>): Promise<T> =>
      state.broken ? Promise.reject(new TypeError('canary of the inside')) : run();
    const app = await openTestApp({
      kind: database.kind,
      durable: database.durable,
      query: <R>(statement: Statement) => whole(() => database.query<R>(statement)),
      transaction: (work, options) => whole(() => database.transaction(work, options)),
      poolState: () => database.poolState(),
      close: () => database.close(),
    });
    state.broken = true;
    const answer = await app.ask('GET', '/api/v1/tenants');
    assert.equal(answer.status, 500);
    assert.ok(!answer.text.includes('canary'));
    const line = app.log.map((text) => JSON.parse(text)).find(({ err }) => err !== undefined);
    assert.deepEqual([line.err.message, line.requestId], ['canary of the inside', answer.json.requestId]);
    await app.close();
    await database.close();
  });
});
