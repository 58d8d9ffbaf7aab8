import type { Completeness, SourceObjectType } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import type { ReadKey } from './read-key.ts';

/** How a read ended, as far as the reader can say. */
export interface ReadEnd {
  readonly completeness: Completeness;
  /** Rows of seen ids that were stored; fewer in the table would make the rest look gone. */
  readonly rows: number;
  /** Types of which an object without a readable id was refused: any unseen one may be it. */
  readonly unidentified: ReadonlySet<SourceObjectType>;
  readonly now: Date;
}

/**
 * Closes a read. Only when it is proven complete does what was not seen count as gone, and do members that
 * were not told leave their groups (P7). Answers the completeness as judged here.
 */
export async function closeRead(tx: Queryable, key: ReadKey, end: ReadEnd): Promise<Completeness> {
  await tx.query(statement(COMPARE_AS_SETS));
  const completeness = await judgeRead(tx, key, end);
  if (completeness.complete) {
    const types = TYPES.filter((type) => !end.unidentified.has(type));
    await tx.query(markGone(key, types, end.now));
    await tx.query(markBack(key));
    await tx.query(removeMembers(key));
  }
  await tx.query(forgetRead(key));
  return completeness;
}

/**
 * Everything is compared with everything once. Without statistics the planner would do so pair by pair; and the
 * cost that it then believes in would have it compile for half a second what runs for a tenth.
 */
const COMPARE_AS_SETS = sql`select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`;

/** Lets go of the seen ids of a read that nobody will close. */
export async function abandonRead(tx: Queryable, key: ReadKey): Promise<void> {
  await tx.query(forgetRead(key));
}

const TYPES: readonly SourceObjectType[] = ['User', 'Group'];

async function judgeRead(tx: Queryable, key: ReadKey, { completeness, rows }: ReadEnd): Promise<Completeness> {
  if (!completeness.complete) return completeness;
  const stored = await countRows(tx, key);
  if (stored !== rows) {
    return { complete: false, reason: `${rows} pages were stored and ${stored} are there: run the cycle again` };
  }
  const vanished = await findVanishedType(tx, key);
  if (vanished === undefined) return completeness;
  return {
    complete: false,
    reason: `the source showed no ${vanished.type} at all, and ${vanished.known} are known: check what it reads from`,
  };
}

async function countRows(tx: Queryable, key: ReadKey): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    statement(sql`
      select count(*) as count from source_read_page
      where tenant = ${key.tenant} and source_id = ${key.sourceId} and read_number = ${key.readNumber}`),
  );
  return rows[0]?.count ?? 0;
}

interface VanishedType {
  readonly type: string;
  readonly known: number;
}

/** A directory that had people and has none is a broken read far more often than the end of the company. */
async function findVanishedType(tx: Queryable, key: ReadKey): Promise<VanishedType | undefined> {
  const { rows } = await tx.query<VanishedType>(
    statement(sql`
      select o.type, count(*) as known
      from source_object o
      where o.tenant = ${key.tenant} and o.source_id = ${key.sourceId} and o.gone_at is null
        and o.read_number <= ${key.readNumber}
        and o.type not in (
          select t from source_read_page p, unnest(p.types) as t
          where p.tenant = ${key.tenant} and p.source_id = ${key.sourceId} and p.read_number = ${key.readNumber}
            and p.members_told is not null)
      group by o.type
      order by o.type desc`),
  );
  return rows[0];
}

function seenObjects({ tenant, sourceId, readNumber }: ReadKey) {
  return sql`
    select s.type, s.id, s.told
    from source_read_page p, unnest(p.types, p.ids, p.members_told) as s(type, id, told)
    where p.tenant = ${tenant} and p.source_id = ${sourceId} and p.read_number = ${readNumber}
      and p.members_told is not null`;
}

function markGone(key: ReadKey, types: readonly SourceObjectType[], now: Date) {
  return statement(sql`
    with seen as materialized (${seenObjects(key)})
    update source_object o set gone_at = ${now}, read_number = ${key.readNumber}, changed_at = ${now}
    where o.tenant = ${key.tenant} and o.source_id = ${key.sourceId} and o.type = any(${types}::text[])
      and o.gone_at is null and o.read_number <= ${key.readNumber}
      and not exists (select 1 from seen where seen.type = o.type and seen.id = o.id)`);
}

/** Another read that was under way at the same time may have taken for gone what this one has seen. */
function markBack(key: ReadKey) {
  return statement(sql`
    with seen as materialized (${seenObjects(key)})
    update source_object o set gone_at = null, read_number = ${key.readNumber}
    where o.tenant = ${key.tenant} and o.source_id = ${key.sourceId} and o.gone_at is not null
      and o.read_number < ${key.readNumber}
      and exists (select 1 from seen where seen.type = o.type and seen.id = o.id)`);
}

function removeMembers(key: ReadKey) {
  return statement(sql`
    with told as materialized (
      select distinct s.id from (${seenObjects(key)}) s where s.type = 'Group' and s.told
    ), seen as materialized (
      select s.group_id, s.type, s.id
      from source_read_page p, unnest(p.group_ids, p.types, p.ids) as s(group_id, type, id)
      where p.tenant = ${key.tenant} and p.source_id = ${key.sourceId} and p.read_number = ${key.readNumber}
        and p.group_ids is not null
    )
    delete from source_member m
    where m.tenant = ${key.tenant} and m.source_id = ${key.sourceId} and m.read_number <= ${key.readNumber}
      and exists (select 1 from told where told.id = m.group_id)
      and not exists (
        select 1 from seen where seen.group_id = m.group_id and seen.type = m.member_type and seen.id = m.member_id)`);
}

function forgetRead({ tenant, sourceId, readNumber }: ReadKey) {
  return statement(sql`
    delete from source_read_page
    where tenant = ${tenant} and source_id = ${sourceId} and read_number = ${readNumber}`);
}
