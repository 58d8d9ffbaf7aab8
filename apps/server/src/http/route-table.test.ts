import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { RouteTable } from './route-table.ts';

async function tableOf(routes: readonly [method: 'GET' | 'POST', path: string][]): Promise<RouteTable> {
  const app = Fastify({ exposeHeadRoutes: false });
  const table = new RouteTable();
  table.watch(app);
  for (const [method, url] of routes) {
    app.route({ method, url, config: { access: 'open' }, handler: async () => 'ok' });
  }
  await app.ready();
  return table;
}

test('S14 a route that declares no access does not start', async () => {
  const app = Fastify();
  new RouteTable().watch(app);
  app.get('/forgotten', async () => 'ok');
  await assert.rejects(async () => app.ready(), /GET \/forgotten declares no access/);
});

test('a scope can declare the access of all its routes', async () => {
  const app = Fastify({ exposeHeadRoutes: false });
  const table = new RouteTable();
  table.watch(app);
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'token' };
    });
    scope.get('/inner', async () => 'ok');
  });
  await app.ready();
  assert.deepEqual(table.entries, [{ method: 'GET', path: '/inner', access: 'token' }]);
});

const METHODS: readonly [path: string, methods: readonly string[]][] = [
  ['/a', ['GET', 'POST']],
  ['/a/7', ['GET']],
  ['/a/', []],
  ['/a/7/b', []],
  ['/A', []],
  ['/files/x/y', ['GET']],
  ['/nothing', []],
];

for (const [path, methods] of METHODS) {
  test(`${path} has ${methods.join(', ') || 'no methods'}`, async () => {
    const table = await tableOf([
      ['GET', '/a'],
      ['POST', '/a'],
      ['GET', '/a/:id'],
      ['GET', '/files/*'],
    ]);
    assert.deepEqual(table.methodsOf(path), methods);
  });
}
