import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';

eachDatabase('tables of the engine', (open) => {
  test('every table has a primary key that starts with the tenant', async () => {
    const database = await open();
    const { rows } = await database.query<{ table: string; first: string }>(
      statement(sql`
        select c.relname as table, a.attname as first
        from pg_class c
        join pg_index i on i.indrelid = c.oid and i.indisprimary
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where c.relname in ('source', 'application', 'job', 'assignment', 'source_object', 'source_member',
          'source_read_page', 'link', 'link_member', 'cycle', 'operation', 'escrow')`),
    );
    assert.equal(rows.length, 12);
    assert.deepEqual(new Set(rows.map(({ first }) => first)), new Set(['tenant']));
  });
});
