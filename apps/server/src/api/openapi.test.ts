import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestPglite } from '@rollcall/storage/testing';
import { openTestApp, type TestApp } from '../testing/test-app.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

interface Schema {
  readonly type?: unknown;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly example?: unknown;
}

describe('/api/v1/openapi.json', () => {
  let app: TestApp;
  let document: {
    readonly openapi: string;
    readonly tags: readonly { readonly name: string }[];
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };

  before(async () => {
    app = await openTestApp(await openTestPglite());
    document = (await app.ask('GET', '/api/v1/openapi.json', { key: null })).json;
  });
  after(() => app.close());

  test('is OpenAPI 3.1 and needs no key', () => assert.match(document.openapi, /^3\.1\./));

  test('has every route of the admin API but itself', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = app.routes.entries
      .filter(({ path, method }) => path.startsWith('/api/v1/') && method !== 'HEAD')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
      .filter((route) => !route.endsWith('/openapi.json'));
    assert.deepEqual(described.sort(), registered.sort());
  });

  test('every operation says what it does, and answers refusals with problem documents', () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { summary, description, tags: own, responses }] of Object.entries(operations)) {
        const what = `${method} ${path}`;
        assert.ok(summary && description, what);
        assert.ok(own?.every((tag) => tags.has(tag)) && own.length === 1, what);
        for (const status of ['4XX', '5XX']) {
          const [content] = Object.entries(responses[status]?.content ?? {});
          assert.equal(content?.[0], 'application/problem+json', `${what} ${status}`);
          assert.ok(content?.[1].schema.required?.includes('type'), `${what} ${status}`);
        }
      }
    }
  });

  test('bodies are strict and show an example', () => {
    const bodies = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).flatMap(({ requestBody }) => requestBody?.content['application/json']?.schema ?? []),
    );
    const objects = bodies.filter(({ type }) => type === 'object');
    assert.ok(objects.length >= 4);
    for (const schema of objects) {
      assert.equal(schema.additionalProperties, false, JSON.stringify(schema));
      assert.ok(schema.example, JSON.stringify(schema));
    }
  });
});
