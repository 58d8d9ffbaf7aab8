import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { afterEach, test } from 'node:test';
import { create, ENTERPRISE, patch, query, search, USER, user } from '../testing/bodies.ts';
import { type Answer, openEndpoint } from '../testing/endpoint.ts';
import { refusedEverywhere } from '../testing/refused-everywhere.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** What hangs on the prototypes of everything, before any test. */
const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).length);

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const streamOf = (bytes: number): Readable =>
  Readable.from(
    (function* chunks() {
      for (let sent = 0; sent < bytes; sent += 65_536) yield Buffer.alloc(65_536, 0x20);
    })(),
  );

const TWICE: readonly (readonly [what: string, body: string])[] = [
  ['the same name', `{"schemas":["${USER}"],"userName":"a","userName":"b"}`],
  ['a name in another case', `{"schemas":["${USER}"],"userName":"a","USERNAME":"b"}`],
  ['an escaped name', `{"schemas":["${USER}"],"userName":"a","user\\u004eame":"b"}`],
  ['a name of a sub-attribute', `{"schemas":["${USER}"],"userName":"a","name":{"givenName":"a","GivenName":"b"}}`],
  [
    'an extension in another case',
    `{"schemas":["${USER}"],"userName":"a","${ENTERPRISE}":{},"${ENTERPRISE.toUpperCase()}":{}}`,
  ],
  ['a name and its URN', `{"schemas":["${USER}"],"userName":"a","${USER}:userName":"b"}`],
];

const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  '__defineGetter__',
];

const named = (...pairs: readonly (readonly [string, string])[]): readonly Readonly<Record<string, string>>[] =>
  pairs.map((pair) => Object.fromEntries([pair]));

onSharedDatabase('abuse: parsing', (open) => {
  afterEach(() => {
    const now = [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).length);
    assert.deepEqual(now, PROTOTYPES, 'a prototype was written to');
  });

  test('S1 JSON nested beyond 32 levels never reaches the database, however deep it is', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await refusedEverywhere(db, endpoint, nested(33), ['invalidSyntax']);
    for (const depth of [1_000, 100_000, 500_000]) {
      const { status, json } = await endpoint.ask('POST', '/Users', nested(depth));
      assert.deepEqual([status, json.scimType], [400, 'invalidSyntax']);
      assert.match(json.detail, /32/);
    }
    assert.equal((await endpoint.ask('GET', '/Users?count=0')).status, 200);
  });

  test('S2 a body beyond the limit is 413, with and without a length, and a compressed one 415 unread', async () => {
    await using endpoint = await openEndpoint(await open());
    const headers = { authorization: `Bearer ${endpoint.token}`, 'content-type': 'application/scim+json' };
    for (const [path, bytes] of [
      ['/Users', 1_100_000],
      ['/Bulk', 4_300_000],
    ] as const) {
      const url = `/scim/v2/${endpoint.tenant}${path}`;
      const chunked = await endpoint.app.inject({ method: 'POST', url, headers, payload: streamOf(bytes) });
      const whole = await endpoint.ask('POST', path, ' '.repeat(bytes));
      assert.deepEqual([chunked.statusCode, whole.status], [413, 413], path);
    }
    assert.equal((await endpoint.ask('POST', '/Users', JSON.stringify(user('roomy')).padEnd(1_000_000))).status, 201);
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'x-gzip', 'gzip, gzip', 'identity, gzip', 'GZIP']) {
      const { status } = await endpoint.ask('POST', '/Users', user('x'), { 'content-encoding': encoding });
      assert.equal(status, 415, encoding);
    }
    assert.equal((await endpoint.ask('POST', '/Users', user('plain'), { 'content-encoding': 'identity' })).status, 201);
  });

  for (const [what, body] of TWICE) {
    test(`S3 duplicate keys are refused: ${what}`, async () => {
      await using endpoint = await openEndpoint(await open(), { policy: { preset: 'strict' } });
      const { status, json } = await endpoint.ask('POST', '/Users', body);
      assert.deepEqual([status, json.scimType], [400, 'invalidSyntax']);
      assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 0);
    });
  }

  test('S3 duplicate keys of messages are refused: operations, searches, bulk requests', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('ann'));
    for (const [method, path, body] of [
      ['PATCH', `/Users/${id}`, patch({ op: 'add', path: 'title', value: 'x', Op: 'remove' })],
      ['POST', '/Users/.search', search({ filter: 'id pr', Filter: 'title pr' })],
      ['POST', '/Bulk', { schemas: [BULK], Operations: [], operations: [] }],
    ] as const)
      assert.deepEqual((await endpoint.ask(method, path, body)).json.scimType, 'invalidSyntax', path);
  });

  test('S4 names of JavaScript itself are data or refused, in every place that takes a name', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const id = await create(endpoint, '/Users', user('ann'));
    const before = (await endpoint.ask('GET', `/Users/${id}`)).text;
    const answers: Answer[] = [];
    for (const name of PROTOTYPE_NAMES) {
      for (const value of ['{"polluted":"yes"}', '"yes"', '[]']) {
        answers.push(
          await endpoint.ask('PUT', `/Users/${id}`, `{"schemas":["${USER}"],"userName":"ann","${name}":${value}}`),
        );
        answers.push(
          await endpoint.ask(
            'PATCH',
            `/Users/${id}`,
            `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"${name}":${value}}}]}`,
          ),
        );
        answers.push(
          await endpoint.ask(
            'PUT',
            `/Users/${id}`,
            `{"schemas":["${USER}"],"userName":"ann","${ENTERPRISE}":{"${name}":${value}}}`,
          ),
        );
      }
      for (const path of [
        name,
        `${name}.polluted`,
        `name.${name}`,
        `emails[${name} eq "x"].value`,
        `${ENTERPRISE}:${name}`,
        `urn:${name}:x`,
        `${name}:x`,
      ]) {
        const { status, json } = await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'add', path, value: 'yes' }));
        assert.ok(status === 400 || status === 200, `${path} ${status}`);
        if (path === '__proto__') assert.deepEqual([status, json.scimType], [400, 'invalidPath']);
      }
      for (const parameters of named(['filter', `${name} pr`], ['filter', `${name}.x eq "y"`], ['sortBy', name]))
        assert.equal((await endpoint.ask('GET', `/Users${query(parameters)}`)).status, 400, JSON.stringify(parameters));
      for (const parameters of named(
        ['attributes', name],
        ['attributes', `name.${name}`],
        ['excludedAttributes', name],
      ))
        assert.equal((await endpoint.ask('GET', `/Users${query(parameters)}`)).status, 200, JSON.stringify(parameters));
      assert.equal((await endpoint.ask('GET', `/Users/${name}`)).status, 404);
      assert.equal((await endpoint.ask('GET', `/Schemas/${name}`)).status, 404);
    }
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].toSorted(), [200, 400]);
    assert.equal((await endpoint.ask('GET', `/Users/${id}`)).text, before);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.deepEqual(endpoint.errors, []);
  });

  test('S5 a filter is bounded in length, depth and terms, and the largest one is answered', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('ann', { emails: [{ value: 'a@x' }] }));
    const terms = (count: number, join: string) =>
      Array.from({ length: count }, (_, index) => `title ne "${index}"`).join(join);
    const deep = (depth: number) => `${'not ('.repeat(depth)}userName eq "ann"${')'.repeat(depth)}`;
    for (const [why, filter] of [
      ['terms', terms(257, ' or ')],
      ['depth', deep(33)],
      ['parentheses', `${'('.repeat(40)}userName pr${')'.repeat(40)}`],
      ['length', `userName eq "${'x'.repeat(8_192)}"`],
      ['a literal of 900 KB', `userName eq "${'x'.repeat(900_000)}"`],
      ['10,000 terms', terms(10_000, ' or ')],
    ] as const) {
      const { status, json } = await endpoint.ask('POST', '/Users/.search', search({ filter }));
      assert.equal(status, 400, why);
      assert.match(json.scimType, /^(invalidFilter|tooMany)$/, why);
    }
    for (const filter of [terms(256, ' or '), terms(256, ' and '), deep(32), `userName ne "${'x'.repeat(8_170)}"`]) {
      const { status, json } = await endpoint.ask('POST', '/Users/.search', search({ filter }));
      assert.equal(status, 200, JSON.stringify(json).slice(0, 200));
      assert.equal(json.Resources[0].id, id);
      assert.equal((await endpoint.ask('POST', '/.search', search({ filter }))).status, 200);
    }
    assert.deepEqual(endpoint.errors, []);
  });
});
