import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXED_BYTES_MAX } from '../resources/indexed-text.ts';
import { create, ENTERPRISE, group, search, user } from '../testing/bodies.ts';
import { openEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const CONTENT_TYPES: readonly (readonly [type: string, status: number])[] = [
  ['application/scim+json', 201],
  ['application/json', 201],
  ['application/scim+json; charset=utf-8', 201],
  ['application/json;charset="UTF-8"', 201],
  ['Application/SCIM+JSON ; Charset=UTF8', 201],
  ['application/json; charset=iso-8859-1', 415],
  ['application/json; charset=utf-16', 415],
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['application/xml', 415],
  ['application/scim+jsonx', 415],
  [';', 415],
];

onSharedDatabase('bodies', (open) => {
  test('lists sent as single values and single values sent as lists are taken by a tenant of Entra, refused by a strict one', async () => {
    for (const [preset, expected] of [
      ['entra', 201],
      ['strict', 400],
    ] as const) {
      await using endpoint = await openEndpoint(await open(), { policy: { preset } });
      for (const [index, more] of [
        { emails: { value: 'a@x', type: 'work' } },
        { [ENTERPRISE]: { manager: [{ value: 'boss' }] } },
        { active: 'True' },
      ].entries())
        assert.equal(
          (await endpoint.ask('POST', '/Users', user(`u${index}`, more))).status,
          expected,
          JSON.stringify(more),
        );
    }
  });

  test('numbers in text attributes are refused, and long digits stay as they are', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(
      endpoint,
      '/Users',
      user('n', { externalId: '00900719925474099300', [ENTERPRISE]: { employeeNumber: '1e5' } }),
    );
    const { json } = await endpoint.ask('GET', `/Users/${id}`);
    assert.deepEqual([json.externalId, json[ENTERPRISE].employeeNumber], ['00900719925474099300', '1e5']);
    for (const more of [{ externalId: 5 }, { title: 1.5 }, { [ENTERPRISE]: { employeeNumber: 2 ** 53 } }])
      assert.equal((await endpoint.ask('POST', '/Users', user('m', more))).status, 400, JSON.stringify(more));
  });

  test('a text that is too long for an index is refused with its length, and the longest is found', async () => {
    await using endpoint = await openEndpoint(await open(), { policy: { unknownMembers: 'keep' } });
    const text = (bytes: number) => Array.from({ length: bytes }, (_, at) => 'abcdefghijkl'[(at * at) % 11]).join('');
    const [longest, longer] = [text(INDEXED_BYTES_MAX), text(INDEXED_BYTES_MAX + 1)];
    const id = await create(endpoint, '/Users', user(longest, { externalId: longest, displayName: longest }));
    for (const name of ['userName', 'externalId', 'displayName']) {
      const searched = await endpoint.ask('POST', '/Users/.search', search({ filter: `${name} eq "${longest}"` }));
      assert.equal(searched.json.Resources[0].id, id, name);
      const { status, json } = await endpoint.ask('POST', '/Users', { ...user('short'), [name]: longer });
      assert.deepEqual([status, json.scimType], [400, 'invalidValue']);
      assert.match(json.detail, new RegExp(`${name}.*2049.*2048`));
    }
    await create(endpoint, '/Groups', group(longest, { members: [{ value: longest }] }));
    assert.equal((await endpoint.ask('POST', '/Groups', group('x', { members: [{ value: longer }] }))).status, 400);
    assert.equal((await endpoint.ask('POST', '/Users', user('e', { title: longer }))).status, 201);
    assert.deepEqual(endpoint.errors, []);
  });

  test('rfc7644-3.1 both media types are taken, with a charset of UTF-8 or none, and no other', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const [index, [type, expected]] of CONTENT_TYPES.entries()) {
      const answer = await endpoint.ask('POST', '/Users', user(`ct${index}`), { 'content-type': type });
      assert.equal(answer.status, expected, type);
      assert.equal(answer.headers['content-type'], 'application/scim+json; charset=utf-8');
    }
  });

  test('a DELETE may carry a content type or an empty object, an empty PATCH is refused with what to send', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const [index, [body, type]] of [
      [undefined, 'application/scim+json'],
      [undefined, 'application/json; charset=utf-8'],
      [undefined, 'text/plain'],
      ['', 'application/json'],
      ['{}', 'application/json'],
    ].entries()) {
      const id = await create(endpoint, '/Users', user(`d${index}`));
      const { status, text } = await endpoint.ask('DELETE', `/Users/${id}`, body, { 'content-type': type ?? '' });
      assert.deepEqual([status, text], [204, ''], type);
    }
    const id = await create(endpoint, '/Users', user('ann'));
    for (const body of ['', 'null', '[]', '"x"', '7', '{']) {
      const { status, json } = await endpoint.ask('PATCH', `/Users/${id}`, body);
      assert.deepEqual([status, json.scimType], [400, 'invalidSyntax'], body);
    }
  });
});
