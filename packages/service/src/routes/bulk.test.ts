import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { create, ENTERPRISE, group, listed, memberIds, patch, user } from '../testing/bodies.ts';
import { type Answer, openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const bulk = (endpoint: TestEndpoint, Operations: readonly object[], more: object = {}): Promise<Answer> =>
  endpoint.ask('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations,
    ...more,
  });

const postUser = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: user(bulkId, more),
});
const postGroup = (bulkId: string, members: readonly string[] = [], more: object = {}) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: group(bulkId, { members: members.map((value) => ({ value })), ...more }),
});
const statuses = ({ json }: Answer): readonly string[] =>
  json.Operations.map(({ status }: { status: string }) => status);
const idOf = ({ json }: Answer, bulkId: string): string =>
  json.Operations.find((operation: { bulkId: string }) => operation.bulkId === bulkId)
    .location.split('/')
    .at(-1);

const REFUSED: readonly (readonly [why: string, operation: object])[] = [
  ['S6 a bulk within a bulk', { method: 'POST', path: '/Bulk', bulkId: 'x', data: {} }],
  ['S6 a path that climbs', { method: 'PUT', path: '/Users/../Groups/1', data: {} }],
  ['S6 a path that climbs to another tenant', { method: 'DELETE', path: '/../globex/Users/1' }],
  ['S6 an absolute URL', { method: 'DELETE', path: 'https://evil.example/Users/1' }],
  ['S6 a path with a host', { method: 'DELETE', path: '//evil.example/Users/1' }],
  ['S6 a path with escapes', { method: 'DELETE', path: '/Users/%2e%2e' }],
  ['S6 a path with a query', { method: 'POST', path: '/Users?attributes=id', bulkId: 'x', data: {} }],
  ['a path of no resource type', { method: 'POST', path: '/Schemas', bulkId: 'x', data: {} }],
  ['a method that is none', { method: 'GET', path: '/Users/1' }],
  ['a POST without bulkId', { method: 'POST', path: '/Users', data: user('x') }],
  ['a PATCH without data', { method: 'PATCH', path: '/Users/1' }],
  ['a reference to a bulkId that nobody has', postGroup('g', ['bulkId:nobody'])],
];

onSharedDatabase('bulk', (open) => {
  test('rfc7644-3.7.2 references point forward and back, in members, manager and path', async () => {
    await using endpoint = await openEndpoint(await open());
    const answer = await bulk(endpoint, [
      postGroup('team', ['bulkId:ann', 'bulkId:inner']),
      { method: 'PATCH', path: '/Users/bulkId:ann', data: patch({ op: 'add', path: 'title', value: 'made' }) },
      postUser('ann', { [ENTERPRISE]: { manager: { value: 'bulkId:boss' } } }),
      postGroup('inner'),
      postUser('boss'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:inner',
        data: patch({ op: 'add', path: 'members', value: [{ value: 'bulkId:boss' }] }),
      },
      postUser('gone'),
      { method: 'DELETE', path: '/Users/bulkId:gone' },
    ]);
    assert.deepEqual(statuses(answer), ['201', '200', '201', '201', '201', '204', '201', '204']);
    const [ann, boss, inner, team] = ['ann', 'boss', 'inner', 'team'].map((name) => idOf(answer, name)) as [
      string,
      string,
      string,
      string,
    ];
    const { json } = await endpoint.ask('GET', `/Users/${ann}`);
    assert.deepEqual([json.title, json[ENTERPRISE].manager.value], ['made', boss]);
    assert.deepEqual(await memberIds(endpoint, team), [ann, inner].sort());
    assert.deepEqual(await memberIds(endpoint, inner), [boss]);
    assert.equal((await endpoint.ask('GET', `/Users/${idOf(answer, 'gone')}`)).status, 404);
    for (const operation of answer.json.Operations)
      assert.ok(!operation.location.includes('bulkId'), operation.location);
  });

  test('rfc7644-3.7.1 a circle of references is closed, and no reference is stored as text', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const manager = (bulkId: string) => ({ [ENTERPRISE]: { manager: { value: `bulkId:${bulkId}` } } });
    const answer = await bulk(endpoint, [
      postUser('a', manager('b')),
      postUser('b', manager('c')),
      postUser('c', manager('a')),
      postUser('self', manager('self')),
    ]);
    assert.deepEqual(statuses(answer), ['201', '201', '201', '201']);
    for (const [who, boss] of ['ab', 'bc', 'ca'].map((pair) => [...pair]) as [string, string][]) {
      const { json } = await endpoint.ask('GET', `/Users/${idOf(answer, who)}`);
      assert.equal(json[ENTERPRISE].manager.value, idOf(answer, boss));
      const result = answer.json.Operations.find((operation: { bulkId: string }) => operation.bulkId === who);
      assert.equal(result.version, json.meta.version, who);
    }
    const { rows } = await db.query<{ n: number }>(
      statement(
        sql`SELECT count(*) AS n FROM resource WHERE tenant = ${endpoint.tenant} AND data::text LIKE '%bulkId:%'`,
      ),
    );
    assert.equal(rows[0]?.n, 0);
  });

  test('two groups that contain each other are refused: the one that closes the circle is taken back', async () => {
    await using endpoint = await openEndpoint(await open());
    const answer = await bulk(endpoint, [postGroup('one', ['bulkId:other']), postGroup('other', ['bulkId:one'])]);
    assert.deepEqual(statuses(answer).toSorted(), ['201', '400']);
    assert.equal((await endpoint.ask('GET', '/Groups')).json.totalResults, 1);
    const failed = answer.json.Operations.find(({ status }: { status: string }) => status === '400');
    assert.deepEqual(await listed(endpoint, '/Groups', { filter: `displayName eq "${failed.bulkId}"` }), []);
    assert.match(failed.response.detail, /contain itself/);
  });

  test('rfc7644-3.7.3 failOnErrors stops after so many errors; what was not run has no result and no effect', async () => {
    await using endpoint = await openEndpoint(await open());
    const operations = [postUser('ok'), postUser('OK'), postUser('x', { active: 7 }), postUser('late')];
    assert.deepEqual(statuses(await bulk(endpoint, operations, { failOnErrors: 1 })), ['201', '409']);
    assert.deepEqual(statuses(await bulk(endpoint, operations, { failOnErrors: 2 })), ['409', '409']);
    assert.deepEqual(statuses(await bulk(endpoint, operations)), ['409', '409', '400', '201']);
    assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 2);
    assert.equal((await bulk(endpoint, operations, { failOnErrors: 0 })).status, 400);
  });

  test('P4 what a stopped request had begun is completed or taken back', async () => {
    await using endpoint = await openEndpoint(await open());
    await create(endpoint, '/Users', user('taken'));
    const manager = (bulkId: string) => ({ [ENTERPRISE]: { manager: { value: `bulkId:${bulkId}` } } });
    const operations = [
      { ...postUser('boss'), data: user('taken', manager('ann')) },
      postUser('ann', manager('boss')),
      postUser('late'),
    ];
    const answer = await bulk(endpoint, operations, { failOnErrors: 1 });
    assert.deepEqual(statuses(answer), ['409', '400']);
    assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 1);
  });

  test('P4 a failed operation has no effect, the others have theirs, and what needs its resource fails too', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Groups', group('old'));
    const who = await create(endpoint, '/Users', user('who'));
    const change = (...operations: object[]) => ({
      method: 'PATCH',
      path: `/Groups/${id}`,
      data: patch(...operations),
    });
    const answer = await bulk(endpoint, [
      change(
        { op: 'add', path: 'members', value: [{ value: who }] },
        { op: 'replace', path: 'displayName', value: '' },
      ),
      change({ op: 'replace', path: 'displayName', value: 'new' }),
      postUser('bad', { active: 7 }),
      postGroup('needs', ['bulkId:bad']),
      { method: 'PATCH', path: '/Users/bulkId:bad', data: patch({ op: 'remove', path: 'title' }) },
      postUser('good'),
    ]);
    assert.deepEqual(statuses(answer), ['400', '204', '400', '400', '400', '201']);
    const [, , bad, needs, patched] = answer.json.Operations;
    assert.deepEqual([bad.location, patched.location], [undefined, undefined]);
    assert.match(needs.response.detail, /"bad"/);
    const { json } = await endpoint.ask('GET', `/Groups/${id}`);
    assert.deepEqual([json.displayName, json.members], ['new', undefined]);
  });

  test('versions guard operations of a bulk request', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('ann'));
    const path = `/Users/${id}`;
    const answer = await bulk(endpoint, [
      { method: 'PATCH', path, version: 'W/"7"', data: patch({ op: 'add', path: 'title', value: 'no' }) },
      { method: 'PATCH', path, version: 'W/"1"', data: patch({ op: 'add', path: 'title', value: 'yes' }) },
      { method: 'PUT', path, version: 'W/"1"', data: user('ann') },
      { method: 'DELETE', path, version: 'W/"2"' },
    ]);
    assert.deepEqual(statuses(answer), ['412', '200', '412', '204']);
    assert.equal(answer.json.Operations[1].version, 'W/"2"');
  });

  for (const [why, operation] of REFUSED) {
    test(`${why} refuses the whole request before its first operation`, async () => {
      await using endpoint = await openEndpoint(await open());
      const { status, json } = await bulk(endpoint, [postUser('first'), operation]);
      assert.deepEqual([status, json.scimType], [400, 'invalidValue']);
      assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 0);
    });
  }

  test('S6 too many operations and too many bytes are 413 before the first operation', async () => {
    await using endpoint = await openEndpoint(await open(), {
      limits: { bulkOperationsMax: 3, bulkBodyBytesMax: 2_000 },
    });
    const four = await bulk(
      endpoint,
      ['a', 'b', 'c', 'd'].map((name) => postUser(name)),
    );
    const long = await bulk(endpoint, [postUser('a', { title: 'x'.repeat(2_000) })]);
    assert.deepEqual([four.status, long.status], [413, 413]);
    assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 0);
    assert.deepEqual(
      statuses(
        await bulk(
          endpoint,
          ['a', 'b', 'c'].map((name) => postUser(name)),
        ),
      ),
      ['201', '201', '201'],
    );
  });

  test('S6 three hundred operations that refer to each other in one circle are done', async () => {
    await using endpoint = await openEndpoint(await open());
    const count = 300;
    const operations = Array.from({ length: count }, (_, index) =>
      postUser(`u${index}`, { [ENTERPRISE]: { manager: { value: `bulkId:u${(index + 1) % count}` } } }),
    );
    assert.deepEqual(new Set(statuses(await bulk(endpoint, operations))), new Set(['201']));
    const { json } = await endpoint.ask('GET', '/Users?count=0&filter=manager%20pr');
    assert.equal(json.totalResults, count);
  });

  test('S20 a token that ends in the middle of a bulk request stops the rest of it', async () => {
    await using endpoint = await openEndpoint(await open());
    const [token] = await endpoint.tenancy.tokens.list(endpoint.tenant, { limit: 1 });
    const running = bulk(
      endpoint,
      Array.from({ length: 200 }, (_, index) => postUser(`u${index}`)),
    );
    const watch = async (): Promise<void> => {
      const total = await countUsers();
      if (total > 3) await endpoint.tenancy.tokens.revoke(endpoint.tenant, token?.id ?? '', 'test');
      else await watch();
    };
    const countUsers = async (): Promise<number> => {
      const { rows } = await (await open()).query<{ n: number }>(
        statement(sql`SELECT count(*) AS n FROM resource WHERE tenant = ${endpoint.tenant}`),
      );
      return rows[0]?.n ?? 0;
    };
    const [answer] = await Promise.all([running, watch()]);
    const results = statuses(answer);
    const made = results.filter((status) => status === '201').length;
    assert.ok(made > 3 && made < 200, String(made));
    assert.deepEqual(new Set(results.slice(made)), new Set(['401']));
    assert.equal(await countUsers(), made);
    assert.match(answer.json.Operations.at(-1).response.detail, /was revoked/);
  });

  test('the scopes of a token hold for every operation', async () => {
    await using endpoint = await openEndpoint(await open());
    const withScopes = async (...scopes: string[]) => {
      const { text } = await endpoint.tenancy.tokens.create(endpoint.tenant, { name: 'scoped', scopes }, 'test');
      return { authorization: `Bearer ${text}` };
    };
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [postUser('a'), postGroup('b')],
    };
    const usersOnly = await endpoint.ask('POST', '/Bulk', body, await withScopes('users-only'));
    assert.deepEqual(statuses(usersOnly), ['201', '403']);
    assert.equal((await endpoint.ask('POST', '/Bulk', body, await withScopes('read-only'))).status, 403);
  });

  test('a bulk request of the wrong form is refused as a whole', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const body of [{}, { schemas: ['x'] }, [], { Operations: [postUser('a')] }, 'text'])
      assert.equal((await endpoint.ask('POST', '/Bulk', body)).status, 400, JSON.stringify(body));
    assert.deepEqual((await bulk(endpoint, [])).json.Operations, []);
    assert.equal((await bulk(endpoint, [postUser('a'), postUser('a')])).status, 400);
  });
});
