import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exchange } from '../support/raw-http.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { createTestTenant, type TestTenant } from '../support/tenant.ts';
import { RAW_REQUESTS, type RawRequest } from './raw-requests.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('requests as raw bytes', () => {
  let server: RunningServer;
  let tenant: TestTenant;
  let victim: string;

  before(async () => {
    server = await startServer();
    tenant = await createTestTenant(server, 'entra');
    const made = await ask('POST', '/Users', { schemas: [USER], userName: 'victim' });
    victim = `/scim/v2/${tenant.slug}/Users/${(made.json as { id: string }).id}`;
  });
  after(() => server[Symbol.asyncDispose]());

  async function ask(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
    const reply = await fetch(`${tenant.endpoint}${path}`, {
      method,
      headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/scim+json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, json: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  const filled = ({ bytes }: RawRequest): Buffer => {
    const smuggled = `DELETE ${victim} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.token}\r\nConnection: close\r\n\r\n`;
    const values: Readonly<Record<string, string>> = {
      base: `/scim/v2/${tenant.slug}`,
      tenant: tenant.slug,
      token: tenant.token,
      victim,
      smuggled,
    };
    return Buffer.from(
      bytes.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
      'latin1',
    );
  };

  const resource = (): string => victim.slice(victim.indexOf('/Users'));

  test('S14 A2 the list has at least sixty requests, each once', () => {
    assert.ok(RAW_REQUESTS.length >= 60, String(RAW_REQUESTS.length));
    assert.equal(new Set(RAW_REQUESTS.map(({ why }) => why)).size, RAW_REQUESTS.length);
  });

  for (const request of RAW_REQUESTS) {
    test(`S14 A2 ${request.why}: refused once, and nothing behind it is run`, async () => {
      const { statuses, text, ms } = await exchange(server.url, filled(request), request);
      assert.ok(statuses.length <= 1, text.slice(0, 500));
      const allowed = request.answered ?? [400, 404, 405, 408, 411, 413, 414, 415, 417, 431, 501, 505];
      for (const status of statuses) assert.ok(allowed.includes(status), text.slice(0, 300));
      assert.ok(!text.includes(tenant.token), 'the answer shows the token');
      assert.ok(ms < 10_000, `${ms} ms`);
      assert.equal((await ask('GET', resource())).status, 200, `the account is gone: ${text.slice(0, 300)}`);
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    });
  }

  test('S14 a method in a header or a query overrides nothing', async () => {
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override', '_method'])
      assert.equal((await ask('GET', resource(), undefined, { [header]: 'DELETE' })).status, 200);
    for (const query of ['_method=DELETE', 'method=DELETE', 'X-HTTP-Method-Override=DELETE'])
      assert.equal((await ask('GET', `${resource()}?${query}`)).status, 200, query);
  });

  test('S14 after all of them the account is there, and the server has logged no error', async () => {
    assert.equal((await ask('GET', resource())).status, 200);
    assert.deepEqual(
      server
        .log()
        .split('\n')
        .filter((line) => /"level":(?:"error"|50|60)/.test(line)),
      [],
    );
  });
});
