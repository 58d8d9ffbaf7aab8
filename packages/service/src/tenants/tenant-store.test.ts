import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, raw, sql, statement } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import { emptiedFor, openTestTenancy } from '../testing/test-tenancy.ts';
import { POLICY_PRESETS } from './policy-presets.ts';
import type { Refusal } from './refusal.ts';

const refusedAs = (code: Refusal['code']) => (error: unknown) =>
  error instanceof Error && error.name === 'Refusal' && (error as Refusal).code === code;

const TENANT_TABLES = ['provisioning_token', 'api_key', 'resource', 'resource_count', 'member', 'history', 'outbox'];

/** One row in each table that belongs to tenants, written as plainly as the table allows. */
async function fill(database: Database, tenant: string, id: string): Promise<void> {
  const now = new Date(0);
  const run = (text: ReturnType<typeof sql>) => database.query(statement(text));
  await run(sql`insert into resource (tenant, id, type, label, data, search, created, modified)
                values (${tenant}, ${id}, 'Group', 'x', '{}', '{}', ${now}, ${now})`);
  await run(sql`insert into resource_count values (${tenant}, 'Group', 0, 1)`);
  await run(sql`insert into member values (${tenant}, ${id}, ${id}, 'Group')`);
  await run(sql`insert into history (tenant, resource_id, resource_type, action, version, actor, request_id, at)
                values (${tenant}, ${id}, 'Group', 'create', 1, 'a', 'r', ${now})`);
  await run(sql`insert into outbox values (${tenant}, 1, 'created', ${id}, ${now})`);
}

async function countRows(database: Database, table: string, tenant: string): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    statement(sql`select count(*)::int as n from ${raw(table)} where tenant = ${tenant}`),
  );
  return rows[0]?.n ?? -1;
}

eachDatabase('tenants', (openNew) => {
  const open = emptiedFor(openNew);

  test('a new tenant has the preset entra, and is found by its slug', async () => {
    const { tenants, clock } = await openTestTenancy(await open());
    const created = await tenants.create({ slug: 'initech', name: ' Initech ' });
    assert.deepEqual(created, {
      slug: 'initech',
      name: 'Initech',
      policy: POLICY_PRESETS.entra,
      createdAt: clock.now(),
      disabledAt: undefined,
    });
    assert.deepEqual(await tenants.get('initech'), created);
  });

  test('of parallel creates of one slug exactly one succeeds', async () => {
    const { tenants } = await openTestTenancy(await open());
    const creates = Array.from({ length: 8 }, (_, index) => tenants.create({ slug: 'one', name: `${index}` }));
    const outcomes = await Promise.allSettled(creates);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.ok(refusedAs('already-exists')(outcome.reason));
    }
  });

  test('S14 a slug that a URL could read in two ways is refused', async () => {
    const { tenants } = await openTestTenancy(await open());
    for (const slug of ['', 'Acme', '-a', 'a b', 'a/b', 'a%2fb', '..', 'a.b', 'ä', 'a\u0000', 'x'.repeat(64)]) {
      await assert.rejects(tenants.create({ slug, name: 'x' }), refusedAs('invalid-value'), slug);
      await assert.rejects(tenants.get(slug), refusedAs('not-found'), slug);
    }
  });

  test('pages follow each other without gap or repetition', async () => {
    const { tenants } = await openTestTenancy(await open());
    for (const slug of ['b', 'a-1', 'a', 'a0']) await tenants.create({ slug, name: slug });
    const first = await tenants.list({ limit: 4 });
    const second = await tenants.list({ limit: 4, after: first.at(-1)?.slug });
    const slugs = [...first, ...second].map(({ slug }) => slug);
    assert.deepEqual(slugs, ['a', 'a-1', 'a0', 'acme', 'b', 'globex']);
  });

  test('a change leaves alone what it does not name', async () => {
    const { tenants } = await openTestTenancy(await open());
    await tenants.update('acme', { policy: { deletion: 'soft' } });
    const changed = await tenants.update('acme', { name: 'Acme Corporation' });
    assert.deepEqual([changed.name, changed.policy.deletion], ['Acme Corporation', 'soft']);
    assert.deepEqual(await tenants.get('acme'), changed);
    assert.equal((await tenants.get('globex')).policy.deletion, 'hard');
  });

  test('parallel changes of two switches both stay', async () => {
    const { tenants } = await openTestTenancy(await open());
    await Promise.all([
      tenants.update('acme', { policy: { deletion: 'soft' } }),
      tenants.update('acme', { policy: { putAbsent: 'keep' } }),
    ]);
    const { policy } = await tenants.get('acme');
    assert.deepEqual([policy.deletion, policy.putAbsent], ['soft', 'keep']);
  });

  test('a refused change changes nothing', async () => {
    const { tenants } = await openTestTenancy(await open());
    const before = await tenants.get('acme');
    await assert.rejects(
      tenants.update('acme', { name: 'new', policy: { deletedRetentionDays: -1 } }),
      refusedAs('invalid-value'),
    );
    assert.deepEqual(await tenants.get('acme'), before);
  });

  test('disabling keeps the time of the first, enabling clears it', async () => {
    const { tenants, clock } = await openTestTenancy(await open());
    const disabledAt = clock.now();
    await tenants.update('acme', { disabled: true });
    clock.advanceMs(60_000);
    assert.deepEqual((await tenants.update('acme', { disabled: true })).disabledAt, disabledAt);
    assert.equal((await tenants.update('acme', { disabled: false })).disabledAt, undefined);
  });

  test('P5 erasing a tenant leaves no row of it and every row of the others', async () => {
    const { tenants, tokens, keys, database } = await openTestTenancy(await open());
    for (const [tenant, id] of [
      ['acme', '00000000-0000-4000-8000-000000000001'],
      ['globex', '00000000-0000-4000-8000-000000000002'],
    ] as const) {
      await tokens.create(tenant, { name: 'entra' }, 'test');
      await keys.create(tenant, { name: 'automation' }, 'test');
      await fill(database, tenant, id);
    }
    await tenants.delete('acme');
    for (const table of [...TENANT_TABLES, 'tenant']) {
      assert.equal(await countRows(database, table, 'acme'), 0, table);
      assert.equal(await countRows(database, table, 'globex'), 1, table);
    }
    await assert.rejects(tenants.delete('acme'), refusedAs('not-found'));
  });

  test('every table with a tenant is known to the erasure or falls with the tenant', async () => {
    const { database, tenants } = await openTestTenancy(await open());
    const { rows } = await database.query<{ name: string }>(
      statement(sql`select table_name as name from information_schema.columns
                    where table_schema = 'public' and column_name = 'tenant'`),
    );
    const tables = rows.map(({ name }) => name).filter((name) => name !== 'tenant');
    const untied = [];
    for (const table of tables) if (!(await hasForeignKeyPath(database, table))) untied.push(table);
    assert.deepEqual(untied.sort(), ['api_key', 'history', 'history_member', 'outbox']);
    await tenants.delete('globex');
  });
});

/** Whether deleting the tenant's row takes the table's rows along, directly or over other tables. */
async function hasForeignKeyPath(database: Database, table: string): Promise<boolean> {
  const { rows } = await database.query<{ reached: boolean }>(
    statement(sql`
      with recursive parent(oid) as (
        select ${table}::regclass::oid
        union
        select c.confrelid from pg_constraint c join parent p on c.conrelid = p.oid
        where c.contype = 'f' and c.confdeltype = 'c'
      )
      select bool_or(oid = 'tenant'::regclass) as reached from parent`),
  );
  return rows[0]?.reached ?? false;
}
