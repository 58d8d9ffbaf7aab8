import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openTestPglite } from '@rollcall/storage/testing';
import { openTestApp, type TestAppOptions } from '../testing/test-app.ts';

const NEVER = { perSecond: 0.001, burst: 2 };

async function openWith(options: TestAppOptions) {
  const app = await openTestApp(await openTestPglite(), options);
  await app.tenancy.tenants.create({ slug: 'acme', name: 'Acme' });
  const { text: token } = await app.tenancy.tokens.create('acme', { name: 'a' }, 'test');
  return { app, token };
}

describe('limits of requests', () => {
  test('S22 a token that sends too much gets 429 as SCIM, with the time to wait', async () => {
    const { app, token } = await openWith({ tenancy: { rateLimit: { perSecond: 0.1, burst: 3 } } });
    const statuses = [];
    for (let request = 0; request < 3; request++) {
      statuses.push((await app.ask('GET', '/scim/v2/acme/Users', { key: token })).status);
    }
    const limited = await app.ask('GET', '/scim/v2/acme/Users', { key: token });
    assert.deepEqual([...statuses, limited.status], [200, 200, 200, 429]);
    assert.equal(limited.headers['retry-after'], '10');
    assert.match(String(limited.headers['content-type']), /^application\/scim\+json/);
    assert.equal(limited.json.status, '429');
    await app.close();
  });

  test('S18 guesses of keys and tokens get 429 in the form of each, and the right ones still pass', async () => {
    const { app, token } = await openWith({ tenancy: { failures: { perAddress: NEVER, perCredential: NEVER } } });
    assert.equal((await app.ask('GET', '/scim/v2/acme/Users', { key: token })).status, 200);
    for (const [path, prefix, type] of [
      ['/scim/v2/acme/Users', 'rc', /scim\+json/],
      ['/api/v1/tenants', 'rk', /problem\+json/],
    ] as const) {
      const answers = [];
      for (let guess = 0; guess < 3; guess++) {
        answers.push(await app.ask('GET', path, { key: `${prefix}_00000000000${guess}_${'A'.repeat(43)}` }));
      }
      assert.deepEqual(
        answers.map(({ status }) => status),
        [401, 401, 429],
        path,
      );
      assert.match(String(answers[2]?.headers['content-type']), type);
      assert.match(String(answers[2]?.headers['retry-after']), /^\d+$/);
    }
    assert.equal((await app.ask('GET', '/scim/v2/acme/Users', { key: token })).status, 200);
    assert.equal((await app.ask('GET', '/api/v1/tenants')).status, 200);
    await app.close();
  });

  test('an address is believed from a trusted proxy only', async () => {
    const { app } = await openWith({ environment: { ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/8' } });
    const addressOf = async (from: string): Promise<unknown> => {
      const headers = { 'x-forwarded-for': '198.51.100.7' };
      await app.ask('GET', '/api/v1/tenants', { from, headers });
      return JSON.parse(app.log.at(-1) ?? '{}').address;
    };
    assert.equal(await addressOf('10.1.2.3'), '198.51.100.7');
    assert.equal(await addressOf('203.0.113.9'), '203.0.113.9');
    await app.close();
  });

  test('https in the public URL is announced to browsers, http is not', async () => {
    for (const [url, expected] of [
      ['https://scim.example.com', 'max-age=63072000'],
      ['http://localhost:8400', undefined],
    ] as const) {
      const { app } = await openWith({ environment: { ROLLCALL_PUBLIC_URL: url } });
      assert.equal((await app.ask('GET', '/healthz')).headers['strict-transport-security'], expected);
      await app.close();
    }
  });
});
