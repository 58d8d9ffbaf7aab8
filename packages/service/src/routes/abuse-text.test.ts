import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, group, listed, patch, query, USER, user } from '../testing/bodies.ts';
import { openEndpoint } from '../testing/endpoint.ts';
import { refusedEverywhere } from '../testing/refused-everywhere.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const DATES = [
  '12026-01-01T00:00:00Z',
  '+012026-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-06-30T23:59:60Z',
  '2026-01-01T00:00:00',
  '2026-01-01',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+25:00',
  'infinity',
  'now',
];

/** Pairs that are one name to the index and to the filter, and pairs that are two. */
const SAME: readonly (readonly [string, string])[] = [
  ['İstanbul', 'i\u0307stanbul'],
  ['\u212Aelvin', 'kelvin'],
  ['Å', 'å'],
  ['\u212B', 'å'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['ЖЁ', 'жё'],
];
const DIFFERENT: readonly (readonly [string, string])[] = [
  ['straße', 'strasse'],
  ['İx', 'ix'],
  ['ıx', 'ix'],
  ['admin', '\u0430dmin'],
  ['ﬁx', 'fix'],
  ['οδος', 'οδοσ'],
];

onSharedDatabase('abuse: text', (open) => {
  test('S7 NUL is refused in every place that takes text', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    await refusedEverywhere(db, endpoint, '"a\\u0000b"', ['invalidValue', 'invalidFilter']);
    for (const path of [
      '/Users?filter=userName%20eq%20%22%00%22',
      '/Users?filter=%00',
      '/Users?sortBy=%00',
      '/Users?attributes=%00',
      '/Users?cursor=%00',
    ])
      assert.equal((await endpoint.ask('GET', path)).status, 400, path);
    for (const path of ['/Users/%00', '/Groups/a%00b', '/Schemas/%00'])
      assert.equal((await endpoint.ask('GET', path)).status, 404, path);
    assert.deepEqual(endpoint.errors, []);
  });

  test('S8 half of a surrogate pair, and bytes that are not UTF-8, are refused', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    for (const half of ['"\\ud800"', '"\\udc00x"', '"\\ud83d"', '"\\ude00\\ud83d"'])
      assert.equal(
        (await endpoint.ask('POST', '/Users', `{"schemas":["${USER}"],"userName":${half}}`)).status,
        400,
        half,
      );
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc0, 0x80]]) {
      const payload = Buffer.concat([
        Buffer.from(`{"schemas":["${USER}"],"userName":"x`),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);
      const url = `/scim/v2/${endpoint.tenant}/Users`;
      const headers = { authorization: `Bearer ${endpoint.token}`, 'content-type': 'application/scim+json' };
      const reply = await endpoint.app.inject({ method: 'POST', url, headers, payload });
      assert.equal(reply.statusCode, 400, bytes.join(' '));
      const encoded = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      assert.equal((await endpoint.ask('GET', `/Users?filter=${encoded}`)).status, 400, encoded);
    }
    await create(endpoint, '/Users', user('whole 😀'));
    assert.equal((await listed(endpoint, '/Users', { filter: 'userName eq "whole \\ud83d\\ude00"' })).length, 1);
    assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 1);
  });

  test('S9 numbers that reading would change are refused', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    for (const number of ['9007199254740993', '-9007199254740993', '1e999', '-1e400', '1e-400', '12345678901234567890'])
      assert.equal(
        (await endpoint.ask('POST', '/Users', `{"schemas":["${USER}"],"userName":"n","x":${number}}`)).status,
        400,
        number,
      );
    for (const parameters of [
      'startIndex=9007199254740993',
      'count=1e3',
      'startIndex=0x10',
      'count=NaN',
      'startIndex=1.0',
    ])
      assert.equal((await endpoint.ask('GET', `/Users?${parameters}`)).status, 400, parameters);
    assert.equal((await endpoint.ask('GET', `/Users${query({ filter: 'userName eq 1e400' })}`)).status, 400);
  });

  test('S10 dates that the database or JavaScript would read otherwise are refused', async () => {
    await using endpoint = await openEndpoint(await open());
    const id = await create(endpoint, '/Users', user('ann'));
    for (const date of DATES)
      for (const operator of ['eq', 'gt', 'le']) {
        const { status, json } = await endpoint.ask(
          'GET',
          `/Users${query({ filter: `meta.created ${operator} "${date}"` })}`,
        );
        assert.deepEqual([status, json.scimType], [400, 'invalidFilter'], date);
      }
    for (const date of ['0001-01-01T00:00:00Z', '2026-01-01T00:00:00.123456789+14:00', '1999-12-31t23:59:59z'])
      assert.deepEqual(await listed(endpoint, '/Users', { filter: `meta.created gt "${date}"` }), [id], date);
    assert.deepEqual(await listed(endpoint, '/Users', { filter: 'meta.created lt "9999-12-31T23:59:59.999Z"' }), [id]);
  });

  test('S11 one folding decides uniqueness and search: who is refused is found, who is let in is another', async () => {
    await using endpoint = await openEndpoint(await open());
    for (const [one, other] of SAME) {
      const id = await create(endpoint, '/Users', user(one));
      assert.equal((await endpoint.ask('POST', '/Users', user(other))).status, 409, `${one} ${other}`);
      for (const filter of [`userName eq "${other}"`, `userName eq "${one}"`])
        assert.deepEqual(await listed(endpoint, '/Users', { filter }), [id], filter);
      assert.equal((await endpoint.ask('DELETE', `/Users/${id}`)).status, 204);
    }
    for (const [one, other] of DIFFERENT) {
      const ids = [await create(endpoint, '/Users', user(one)), await create(endpoint, '/Users', user(other))];
      const found = await Promise.all(
        [one, other].map((name) => listed(endpoint, '/Users', { filter: `userName eq "${name}"` })),
      );
      assert.deepEqual(found, [[ids[0]], [ids[1]]], `${one} ${other}`);
      for (const id of ids) await endpoint.ask('DELETE', `/Users/${id}`);
    }
  });

  test('S12 invisible characters, direction marks and outer blanks are refused in names that are unique', async () => {
    await using endpoint = await openEndpoint(await open());
    await create(endpoint, '/Users', user('ann'));
    await create(endpoint, '/Users', user('a\u03bdn'));
    const id = await create(endpoint, '/Users', user('bob'));
    for (const name of [
      'an\u200bn',
      'ann\u200d',
      '\u202eann',
      'ann\u2066',
      'ann\u00ad',
      '\ufeffann',
      'ann\u180e',
      'ann\u3164',
      'an\tn',
      'an\nn',
      ' ann',
      'ann\u00a0',
      '\u2003ann',
      'ann\u0085',
      '\u2028ann',
      'ann\u{e0061}',
    ]) {
      const what = JSON.stringify(name);
      for (const answer of [
        await endpoint.ask('POST', '/Users', user(name)),
        await endpoint.ask('PUT', `/Users/${id}`, user(name)),
        await endpoint.ask('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'userName', value: name })),
      ])
        assert.deepEqual([answer.status, answer.json.scimType], [400, 'invalidValue'], what);
    }
    assert.equal((await endpoint.ask('GET', '/Users')).json.totalResults, 3);
  });

  test('S13 a pattern that a client sends is text: it matches itself and nothing else, at once', async () => {
    await using endpoint = await openEndpoint(await open());
    const patterns = ['(a+)+$', '^(a|a)*$', '.*', '%', '_', '[a-z]', '\\w+', '$1'];
    const names = ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', ...patterns];
    for (const [index, displayName] of names.entries())
      await create(endpoint, '/Users', user(`u${index}`, { displayName }));
    for (const pattern of patterns) {
      for (const operator of ['co', 'sw', 'ew', 'eq']) {
        const filter = `displayName ${operator} ${JSON.stringify(pattern)}`;
        assert.equal((await listed(endpoint, '/Users', { filter })).length, 1, filter);
      }
    }
  });

  test('S15 line ends in names and ids reach no header', async () => {
    await using endpoint = await openEndpoint(await open());
    const externalId = 'x\r\nSet-Cookie: evil=1\r\n\r\n<html>';
    const made = await endpoint.ask('POST', '/Users', user('ann', { externalId, displayName: externalId }));
    const team = await endpoint.ask('POST', '/Groups', group(externalId));
    assert.deepEqual([made.status, team.status, made.json.externalId], [201, 201, externalId]);
    for (const answer of [made, team, await endpoint.ask('GET', `/Users/${encodeURIComponent(externalId)}`)]) {
      assert.doesNotMatch(JSON.stringify(answer.headers), /evil/);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    assert.match(String(made.headers.location), /\/Users\/[0-9a-f-]{36}$/);
    assert.match(String(made.headers.etag), /^W\/"\d+"$/);
  });
});
