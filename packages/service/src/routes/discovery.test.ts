import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, ENTERPRISE, GROUP, group, patch, search, USER, user } from '../testing/bodies.ts';
import { openEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const ALLOWED: readonly (readonly [path: string, allow: string])[] = [
  ['/Users', 'GET, HEAD, POST'],
  ['/Groups', 'GET, HEAD, POST'],
  ['/Users/no-id', 'GET, HEAD, PUT, PATCH, DELETE'],
  ['/Groups/no-id', 'GET, HEAD, PUT, PATCH, DELETE'],
  ['/Users/.search', 'POST'],
  ['/Groups/.search', 'POST'],
  ['/.search', 'POST'],
  ['/Bulk', 'POST'],
  ['/Schemas', 'GET, HEAD'],
  [`/Schemas/${USER}`, 'GET, HEAD'],
  ['/ResourceTypes', 'GET, HEAD'],
  ['/ResourceTypes/User', 'GET, HEAD'],
  ['/ServiceProviderConfig', 'GET, HEAD'],
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const NOWHERE = ['', '/', '/users', '/USERS', '//Users', '/Users/1/2', '/Roles', '/v2/Users', '/.well-known'];

interface SchemaAttribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly returned: string;
  readonly mutability: string;
  readonly subAttributes?: readonly SchemaAttribute[];
}

onSharedDatabase('discovery', (open) => {
  test('rfc7643-5 ServiceProviderConfig says what is so: each thing that it says is supported works', async () => {
    const limits = { bulkOperationsMax: 2, bulkBodyBytesMax: 3_000, pageSizeMax: 3, pageSizeDefault: 2 };
    await using endpoint = await openEndpoint(await open(), { limits });
    const { json: config } = await endpoint.ask('GET', '/ServiceProviderConfig');
    for (let index = 0; index < 5; index += 1) await create(endpoint, '/Users', user(`user${index}`));
    const id = await create(endpoint, '/Users', user('ann', { password: 'first' }));

    assert.equal(config.patch.supported, true);
    assert.equal(
      (await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'x' }))).status,
      200,
    );
    assert.equal(config.filter.supported, true);
    assert.equal((await endpoint.ask('GET', `/Users?count=999`)).json.itemsPerPage, config.filter.maxResults);
    assert.equal(config.sort.supported, true);
    const sorted = await endpoint.ask('GET', '/Users?sortBy=userName&sortOrder=descending&count=1');
    assert.equal(sorted.json.Resources[0].userName, 'user4');
    assert.equal(config.etag.supported, true);
    assert.equal((await endpoint.ask('GET', `/Users/${id}`, undefined, { 'if-none-match': 'W/"2"' })).status, 304);
    assert.equal(config.changePassword.supported, false);
    assert.deepEqual(config.pagination, {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 2,
      maxPageSize: 3,
    });
    assert.equal((await endpoint.ask('GET', '/Users')).json.itemsPerPage, config.pagination.defaultPageSize);
    assert.equal((await endpoint.ask('GET', '/Users')).json.startIndex, 1);
    assert.equal(typeof (await endpoint.ask('GET', '/Users?cursor=')).json.nextCursor, 'string');
    assert.deepEqual([config.bulk.supported, config.bulk.maxOperations, config.bulk.maxPayloadSize], [true, 2, 3_000]);
    assert.equal(config.authenticationSchemes[0].type, 'oauthbearertoken');
    assert.equal((await endpoint.ask('GET', '/Users', undefined, { authorization: 'Basic dTpw' })).status, 401);
  });

  test('rfc7643-6 ResourceTypes and Schemas agree with each other and with what is served', async () => {
    await using endpoint = await openEndpoint(await open());
    const types = (await endpoint.ask('GET', '/ResourceTypes')).json;
    const schemas = (await endpoint.ask('GET', '/Schemas')).json;
    assert.deepEqual([types.totalResults, schemas.totalResults], [types.Resources.length, schemas.Resources.length]);
    const known = schemas.Resources.map(({ id }: { id: string }) => id);
    assert.deepEqual(known.slice(0, 3).sort(), [GROUP, USER, ENTERPRISE].sort());
    for (const type of types.Resources) {
      assert.ok(known.includes(type.schema));
      for (const { schema } of type.schemaExtensions ?? []) assert.ok(known.includes(schema));
      assert.equal((await endpoint.ask('GET', type.endpoint)).status, 200);
    }
    for (const document of [...types.Resources, ...schemas.Resources]) {
      const base = `http://localhost:8400/scim/v2/${endpoint.tenant}`;
      assert.ok(document.meta.location.startsWith(base), document.meta.location);
      const { status, json } = await endpoint.ask('GET', document.meta.location.slice(base.length));
      assert.deepEqual([status, json], [200, document]);
    }
    for (const path of ['/Schemas/urn:nobody', '/ResourceTypes/Robot', '/Schemas/__proto__'])
      assert.equal((await endpoint.ask('GET', path)).status, 404, path);
  });

  test('every attribute that the schemas list can be filtered by, unless it is never returned', async () => {
    await using endpoint = await openEndpoint(await open());
    const { json } = await endpoint.ask('GET', '/Schemas');
    for (const { id, attributes } of json.Resources) {
      if (![USER, GROUP, ENTERPRISE].includes(id)) continue;
      const path = id === GROUP ? '/Groups' : '/Users';
      for (const attribute of attributes as readonly SchemaAttribute[]) {
        const names = [
          attribute.name,
          ...(attribute.subAttributes ?? []).map(({ name }) => `${attribute.name}.${name}`),
        ];
        for (const name of names) {
          const { status } = await endpoint.ask(
            'POST',
            `${path}/.search`,
            search({ filter: `${id}:${name} pr`, count: 0 }),
          );
          assert.equal(status, attribute.returned === 'never' ? 400 : 200, `${id}:${name}`);
        }
      }
    }
  });

  test('rfc7644-4 discovery lists refuse a filter, however its name is written, and nothing that looks like one', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const path of ['/Schemas', '/ResourceTypes']) {
      for (const query of ['?filter=id%20pr', '?Filter=id%20pr', '?%66ilter=x', '?count=1&FILTER='])
        assert.equal((await endpoint.ask('GET', `${path}${query}`)).status, 403, query);
      for (const query of ['?x=filter=1', '?attributes=id', '?count=1', '?aadOptscim062020'])
        assert.equal((await endpoint.ask('GET', `${path}${query}`)).status, 200, query);
    }
  });

  test('rfc7644-3.11 /Me is not implemented, by any method: a token is no person', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const method of METHODS) {
      const { status } = await endpoint.ask(method, '/Me', method === 'GET' || method === 'HEAD' ? undefined : {});
      assert.equal(status, 501, method);
    }
    assert.deepEqual(endpoint.errors, []);
  });

  test('rfc9110-15.5.6 a method that a path does not have is 405 and lists those that it has', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const [path, allow] of ALLOWED) {
      for (const method of METHODS.filter((each) => !allow.split(', ').includes(each))) {
        const { status, headers } = await endpoint.ask(method, path);
        assert.deepEqual([status, headers.allow], [405, allow], `${method} ${path}`);
      }
    }
  });

  test('a path that leads nowhere is 404 to who has a token, and 401 like any other to who has none', async () => {
    await using endpoint = await openEndpoint(await open());
    const paths = [...NOWHERE, ...ALLOWED.map(([path]) => path), '/Me'];
    for (const method of METHODS) {
      for (const path of NOWHERE) {
        const { status, headers } = await endpoint.ask(method, path);
        assert.equal(status, 404, `${method} ${path}`);
        assert.equal(headers['content-type'], 'application/scim+json; charset=utf-8', `${method} ${path}`);
      }
      for (const path of paths) {
        const { status, headers } = await endpoint.ask(method, path, undefined, { authorization: '' });
        assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer realm="scim"'], `${method} ${path}`);
      }
    }
  });

  test('HEAD is GET without a body', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('ann'));
    await create(endpoint, '/Groups', group('team', { members: [{ value: id }] }));
    for (const path of [`/Users/${id}`, '/Users', '/Groups', '/Schemas', '/ServiceProviderConfig']) {
      const [head, get] = [await endpoint.ask('HEAD', path), await endpoint.ask('GET', path)];
      assert.deepEqual([head.status, head.text, head.headers.etag], [200, '', get.headers.etag]);
      assert.equal(head.headers['content-length'], get.headers['content-length'], path);
    }
  });

  test('a parameter that nobody knows is ignored, as clients send flags of their own', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('ann'));
    for (const path of ['/Users?aadOptscim062020', `/Users/${id}?x=%20&y`, '/Groups?debug=true&startindex=1'])
      assert.equal((await endpoint.ask('GET', path)).status, 200, path);
  });
});
