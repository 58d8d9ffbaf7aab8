import type { Queryable } from '../database.ts';

/**
 * A digest of all tables, columns, constraints, triggers and functions: equal digests mean that rows are all
 * that may differ.
 */
const FORM = `
select md5(concat(
  (select string_agg(concat_ws(' ', c.oid, c.relname, c.relnamespace, c.relnatts, c.relchecks, c.reltriggers), ','
     order by c.oid)
   from (select oid, relname, relnamespace, relnatts, relchecks, relhastriggers as reltriggers
         from pg_class where oid >= 16384 and relkind <> 't' and relname !~ '^pg_toast') c),
  (select string_agg(attribute::text, ',' order by attribute)
   from (select (attrelid, attname, atttypid, attnotnull, attisdropped)::text as attribute
         from pg_attribute where attrelid >= 16384 and attnum > 0) a),
  (select string_agg(oid::text, ',' order by oid) from pg_constraint where oid >= 16384),
  (select string_agg(oid::text, ',' order by oid) from pg_trigger where oid >= 16384),
  (select string_agg(concat_ws(' ', oid, md5(prosrc)), ',' order by oid) from pg_proc where oid >= 16384),
  (select string_agg(oid::text, ',' order by oid) from pg_namespace where oid >= 16384)
)) as form`;

/** Tables that migrations themselves filled cannot be emptied; the list of applied migrations is kept. */
const SEEDED = `
select count(*) as seeded
from pg_class c
where c.oid >= 16384 and c.relkind = 'r' and c.relname <> 'migration' and pg_relation_size(c.oid) > 0`;

/**
 * Removes the rows of every table but the migrations'. Small tables row by row, since giving a table new
 * files costs more than its rows.
 */
const EMPTY = `
do $$
declare
  item record;
begin
  set local session_replication_role = replica;
  for item in
    select c.oid::regclass as name, pg_relation_size(c.oid) as size
    from pg_class c
    where c.oid >= 16384 and c.relkind = 'r' and c.relname <> 'migration' and pg_relation_size(c.oid) > 0
  loop
    if item.size > 262144 then
      execute format('truncate %s cascade', item.name);
    else
      execute format('delete from %s', item.name);
    end if;
  end loop;
  perform setval(oid::regclass, 1, false) from pg_class where oid >= 16384 and relkind = 'S';
end
$$`;

const RECREATE = `
do $$
declare
  name text;
begin
  for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', name);
  end loop;
  create schema public;
end
$$`;

/** What a freshly migrated database looks like. */
export interface FreshForm {
  readonly form: string;
  readonly seeded: boolean;
}

export async function readForm(database: Queryable): Promise<FreshForm> {
  const [form] = (await database.query<{ form: string }>({ text: FORM, values: [] })).rows;
  const [seeds] = (await database.query<{ seeded: number }>({ text: SEEDED, values: [] })).rows;
  if (form === undefined || seeds === undefined) throw new Error('the database did not tell its form');
  return { form: form.form, seeded: seeds.seeded > 0 };
}

/** Empties a database whose tables are still those of `fresh`; false when they are not, and nothing was done. */
export async function emptyTables(database: Queryable, fresh: FreshForm): Promise<boolean> {
  if (fresh.seeded || (await readForm(database)).form !== fresh.form) return false;
  await database.query({ text: EMPTY, values: [] });
  return true;
}

/** Drops everything, so that migrations can be applied from the first. */
export async function dropEverything(database: Queryable): Promise<void> {
  await database.query({ text: RECREATE, values: [] });
}
