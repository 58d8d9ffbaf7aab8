import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openTestPglite } from '@rollcall/storage/testing';
import { OPERATOR_KEY, openTestApp, type TestApp } from '../testing/test-app.ts';

describe('the request log', () => {
  let app: TestApp;
  let token: string;

  before(async () => {
    app = await openTestApp(await openTestPglite());
    await app.tenancy.tenants.create({ slug: 'acme', name: 'Acme' });
    token = (await app.tenancy.tokens.create('acme', { name: 'a' }, 'test')).text;
  });
  after(() => app.close());

  /** The lines that a request leaves, as objects. */
  async function linesOf(send: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> {
    const from = app.log.length;
    await send();
    return app.log.slice(from).map((line) => JSON.parse(line));
  }

  test('is one line for each request, with pattern, status, tenant, public id and request id', async () => {
    let requestId: unknown;
    const lines = await linesOf(async () => {
      requestId = (await app.ask('GET', '/scim/v2/acme/Users?filter=userName%20eq%20%22ada%22', { key: token }))
        .headers['x-request-id'];
    });
    assert.equal(lines.length, 1);
    const { ms, time, ...line } = lines[0] ?? {};
    assert.equal(typeof ms, 'number');
    assert.match(String(time), /^\d{4}-/);
    assert.deepEqual(line, {
      level: 'info',
      msg: 'request',
      requestId,
      method: 'GET',
      route: '/scim/v2/:tenant/Users',
      status: 200,
      address: '203.0.113.9',
      tenant: 'acme',
      actor: `token:${token.split('_')[1]}`,
      filter: 'userName eq "?"',
    });
  });

  test('names the tolerances that a request needed', async () => {
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'quirky',
      active: 'True',
    };
    const [line] = await linesOf(() => app.ask('POST', '/scim/v2/acme/Users', { key: token, body }));
    assert.deepEqual(line?.quirks, ['string-boolean']);
  });

  test('a tenant of the path alone is not logged as one', async () => {
    const [line] = await linesOf(() => app.ask('GET', '/scim/v2/acme/Users', { key: null }));
    assert.deepEqual([line?.status, line?.tenant, line?.actor], [401, undefined, undefined]);
  });

  test('an unknown path and an undecodable one are one line each, without the path', async () => {
    for (const path of ['/canary-path?canary-query=1', '/canary%ZZ']) {
      const lines = await linesOf(() => app.ask('GET', path));
      assert.equal(lines.length, 1, path);
      assert.equal(lines[0]?.route, '(none)');
      assert.ok(!JSON.stringify(lines).includes('canary'));
    }
  });

  test('S15 line ends and controls in a request begin no line of their own', async () => {
    const before = app.log.length;
    await app.ask('GET', '/scim/v2/acme/Users?filter=userName%20eq%20%22%0d%0a%7B%22level%22%3A%22fatal%22%7D%22', {
      key: token,
      headers: { 'user-agent': 'x\u2028y' },
    });
    for (const line of app.log.slice(before)) {
      assert.equal(line.trimEnd().split(/[\n\r\u2028]/).length, 1);
      assert.notEqual(JSON.parse(line).level, 'fatal');
    }
  });

  test('routine questions of a balancer are not worth a line of level info', async () => {
    const lines = await linesOf(() => app.ask('GET', '/healthz'));
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['debug'],
    );
  });

  test('L2 S19 secrets and values of a request reach neither log nor metrics nor errors', async () => {
    const canary = `canary${randomBytes(8).toString('hex')}`;
    const credentials = [
      token,
      OPERATOR_KEY,
      `rc_0123456789ab_${canary}${'A'.repeat(43 - canary.length)}`,
      `rk_0123456789ab_${canary}${'A'.repeat(43 - canary.length)}`,
      canary,
    ];
    const from = app.log.length;
    const answers = [];
    for (const key of credentials) {
      const user = {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: `${canary}@example.com`,
        password: canary,
      };
      const requests = [
        ['GET', `/scim/v2/acme/Users?filter=${encodeURIComponent(`userName eq "${canary}"`)}`, undefined],
        ['GET', `/scim/v2/acme/Users?filter=${canary}%22`, undefined],
        ['GET', `/scim/v2/acme/Users?token=${canary}&access_token=${canary}`, undefined],
        ['POST', '/scim/v2/acme/Users', user],
        ['POST', '/scim/v2/acme/Users', `{"password":"${canary}"`],
        ['POST', '/scim/v2/acme/.search', { filter: `userName eq "${canary}"` }],
        ['GET', `/api/v1/tenants?cursor=${canary}`, undefined],
        ['POST', '/api/v1/tenants', `{"slug":"${canary}`],
        ['GET', `/${canary}`, undefined],
        ['GET', `/${canary}%ZZ`, undefined],
      ] as const;
      for (const [method, path, body] of requests) {
        const headers = { cookie: canary, 'x-canary': canary, 'user-agent': canary, referer: `https://x/${canary}` };
        answers.push(await app.ask(method, path, { key, headers, ...(body !== undefined && { body }) }));
      }
    }
    const { text: metrics } = await app.ask('GET', '/metrics');
    const written = `${app.log.slice(from).join('')}${metrics}`;
    const forms = [canary, token.slice(-43), OPERATOR_KEY].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      Buffer.from(secret).toString('hex'),
    ]);
    for (const form of forms) assert.ok(!written.includes(form), `the log or the metrics hold ${form}`);
    for (const { text, status } of answers.filter((answer) => answer.status === 401 || answer.status >= 500)) {
      assert.ok(status === 401, text);
      assert.ok(!text.includes(canary) && !text.includes(OPERATOR_KEY) && !text.includes(token.slice(-43)), text);
    }
  });
});
