import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, type Statement, sql, statement } from '@rollcall/storage';
import { create, ENTERPRISE, group, patch, query, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { recording } from '../testing/recording-database.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const PEOPLE = 9_000;

/** Fills a tenant as far as a directory that was reported too slow elsewhere. */
async function crowd(db: Database, { tenant }: TestEndpoint): Promise<void> {
  await db.query(
    statement(sql`INSERT INTO resource (tenant, id, type, user_name, external_id, display_name, label, data, search, created, modified)
      SELECT ${tenant}, gen_random_uuid(), 'User', 'user' || n, 'x' || n, 'name ' || n % 100, 'u',
        json_build_object('schemas', json_build_array(), 'userName', 'user' || n),
        jsonb_build_object('userName', 'user' || n, 'emails', jsonb_build_array(jsonb_build_object('type', 'work', 'value', n || '@x')),
          lower(${ENTERPRISE}), jsonb_build_object('employeeNumber', n::text)), now(), now()
      FROM generate_series(1, ${PEOPLE}) AS n`),
  );
  await db.query(
    statement(sql`INSERT INTO resource_count (tenant, type, slot, n) VALUES (${tenant}, 'User', 0, ${PEOPLE})`),
  );
  await db.query({ text: 'ANALYZE resource', values: [] });
}

const onResources = (asked: readonly Statement[]): readonly Statement[] =>
  asked.filter(({ text }) => /\b(?:resource|resource_count|member)\b/.test(text) && !/provisioning_token/.test(text));

async function planOf(db: Database, { text, values }: Statement): Promise<string> {
  const { rows } = await db.query<Record<string, string>>({ text: `EXPLAIN ${text}`, values });
  return rows.map((row) => Object.values(row).join()).join('\n');
}

onSharedDatabase('what a request costs', (open) => {
  test('eq is a look-up in an index among 9,000 people: names, extensions, value paths, members', async () => {
    const db = recording(await open());
    await using endpoint = await openEndpoint(db);
    await crowd(db, endpoint);
    const id = await create(endpoint, '/Users', user('ann'));
    for (const [path, filter] of [
      ['/Users', 'userName eq "user77"'],
      ['/Users', 'externalId eq "x77"'],
      ['/Users', 'emails[type eq "work" and value eq "77@x"]'],
      ['/Users', 'emails[type eq "work"].value eq "77@x"'],
      ['/Users', `${ENTERPRISE}:employeeNumber eq "77"`],
      ['/Users', `id eq "${id}"`],
      ['/Users', 'userName eq "user77" and active eq true'],
      ['/Groups', 'displayName eq "sales"'],
    ] as const) {
      db.asked.length = 0;
      const { status } = await endpoint.ask('GET', `${path}${query({ filter })}`);
      assert.equal(status, 200);
      for (const asked of onResources(db.asked)) {
        const plan = await planOf(db, asked);
        assert.doesNotMatch(plan, /Seq Scan on resource/, `${filter}\n${plan}`);
      }
    }
  });

  test('a list reads a page and no more, and its total without a scan', async () => {
    const db = recording(await open());
    await using endpoint = await openEndpoint(db);
    await crowd(db, endpoint);
    db.asked.length = 0;
    const { json } = await endpoint.ask('GET', '/Users?count=10');
    assert.deepEqual([json.totalResults, json.itemsPerPage], [PEOPLE, 10]);
    const asked = onResources(db.asked);
    assert.match(asked.at(-1)?.text ?? '', /FROM resource_count/);
    assert.ok(asked.length >= 2);
    for (const { text, values } of asked.slice(0, -1)) {
      const isBounded = /LIMIT \$\d+ OFFSET \$\d+$/.test(text) && values.map(String).includes('11');
      const isByKeys =
        /r\.id = ANY\(/.test(text) && values.some((value) => Array.isArray(value) && value.length === 10);
      assert.ok(isBounded || isByKeys, text);
    }
  });

  test('one member is added and removed by one statement each, which reads none of the others', async () => {
    const db = recording(await open());
    await using endpoint = await openEndpoint(db);
    const ids = await Promise.all([0, 1, 2].map((index) => create(endpoint, '/Users', user(`user${index}`))));
    const [value = ''] = ids;
    const team = await create(
      endpoint,
      '/Groups',
      group('team', { members: ids.slice(1).map((each) => ({ value: each })) }),
    );
    for (const operation of [
      { op: 'Add', path: 'members', value: [{ value }] },
      { op: 'Remove', path: 'members', value: [{ value }] },
      { op: 'add', path: 'members', value: [{ value }] },
      { op: 'remove', path: `members[value eq "${value}"]` },
    ]) {
      db.asked.length = 0;
      const { status, text } = await endpoint.ask('PATCH', `/Groups/${team}`, patch(operation));
      assert.deepEqual([status, text], [204, '']);
      const asked = onResources(db.asked);
      assert.equal(asked.length, 1, JSON.stringify(asked.map((each) => each.text)));
      assert.doesNotMatch(asked[0]?.text ?? '', /(?<!DELETE )FROM member\b/i);
    }
  });

  test('members that are not wanted are not read', async () => {
    const db = recording(await open());
    await using endpoint = await openEndpoint(db);
    const value = await create(endpoint, '/Users', user('ann'));
    const team = await create(endpoint, '/Groups', group('team', { members: [{ value }] }));
    for (const path of [
      `/Groups/${team}?excludedAttributes=members`,
      `/Groups/${team}?attributes=displayName`,
      `/Groups${query({ excludedAttributes: 'members', filter: 'displayName eq "team"' })}`,
      `/Users/${value}?excludedAttributes=groups`,
    ]) {
      db.asked.length = 0;
      assert.equal((await endpoint.ask('GET', path)).status, 200, path);
      assert.ok(!db.asked.some(({ text }) => /\bmember\b/.test(text)), path);
    }
  });
});
