import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestPglite } from '@rollcall/storage/testing';
import { openTestApp, type TestApp } from '../testing/test-app.ts';

describe('/metrics', () => {
  let app: TestApp;

  before(async () => {
    app = await openTestApp(await openTestPglite());
    await app.tenancy.tenants.create({ slug: 'acme', name: 'Acme' });
  });
  after(() => app.close());

  const read = async (): Promise<string> => (await app.ask('GET', '/metrics')).text;

  test('counts and times requests by pattern, method and status', async () => {
    await app.ask('GET', '/api/v1/tenants/acme');
    await app.ask('GET', '/api/v1/tenants/none');
    const metrics = await read();
    const labels = 'route="/api/v1/tenants/:tenant",method="GET"';
    assert.match(metrics, new RegExp(`^rollcall_http_requests_total\\{${labels},status="200"\\} 1$`, 'm'));
    assert.match(metrics, new RegExp(`^rollcall_http_requests_total\\{${labels},status="404"\\} 1$`, 'm'));
    assert.match(metrics, new RegExp(`^rollcall_http_request_duration_seconds_count\\{${labels}\\} 2$`, 'm'));
  });

  test('shows the pool and the memory', async () => {
    const metrics = await read();
    assert.match(metrics, /^rollcall_database_connections\{state="idle"\} \d+$/m);
    assert.match(metrics, /^rollcall_database_waiting_requests \d+$/m);
    assert.match(metrics, /^process_resident_memory_bytes \d+$/m);
  });

  test('a client cannot make series: paths, tenants and methods of its own are counted together', async () => {
    const seriesOf = (metrics: string) => new Set(metrics.match(/^rollcall_http_requests_total\{[^}]*\}/gm));
    await app.ask('GET', '/first');
    await app.ask('PROPFIND' as 'GET', '/first');
    await read();
    const before = seriesOf(await read());
    for (let index = 0; index < 20; index++) {
      await app.ask('GET', `/made-up-${index}`);
      await app.ask('GET', `/scim/v2/made-up-${index}/Users`, { key: null });
    }
    const added = [...seriesOf(await read())].filter((series) => !before.has(series));
    assert.ok(added.length <= 1, added.join('\n'));
    assert.ok(!(await read()).includes('acme') && !(await read()).includes('made-up'));
  });

  const READERS: readonly [why: string, from: string, headers: Record<string, string>, status: number][] = [
    ['this machine', '127.0.0.1', {}, 200],
    ['this machine over IPv6', '::1', {}, 200],
    ['another machine', '203.0.113.9', {}, 401],
    ['a proxy on this machine', '127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, 401],
    ['a proxy on this machine that uses the standard header', '127.0.0.1', { forwarded: 'for=203.0.113.9' }, 401],
    ['another machine that claims to be this one', '203.0.113.9', { 'x-forwarded-for': '127.0.0.1' }, 401],
  ];

  for (const [why, from, headers, status] of READERS) {
    test(`${why} without a key gets ${status}`, async () => {
      assert.equal((await app.ask('GET', '/metrics', { key: null, from, headers })).status, status);
    });
  }
});
