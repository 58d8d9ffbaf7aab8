import type { SourceObject, SourceReference } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import type { ReadKey } from './read-key.ts';

/** What one page adds to the engine's copy of the directory. */
export interface PageToStore {
  readonly objects: readonly SourceObject[];
  /** Refused objects whose id is known: seen, so not gone, and not changed either. */
  readonly seenOnly: readonly SourceReference[];
  /** Number of the next row of seen ids; the caller counts. */
  readonly firstRow: number;
  readonly now: Date;
}

/** So many members go into one statement; a group may have a million. */
const MEMBERS_PER_STATEMENT = 5_000;

/**
 * Stores one page: what is new or changed is written, what is unchanged is only noted as seen.
 *
 * Nothing is removed here; that needs the whole read. Answers the number of rows of seen ids.
 */
export async function storePage(tx: Queryable, key: ReadKey, page: PageToStore): Promise<number> {
  const objects = mergeRepeated(page.objects);
  await tx.query(storeObjects(key, objects, page.now));
  await tx.query(noteSeenObjects(key, page.firstRow, objects, page.seenOnly));
  let row = page.firstRow + 1;
  for (const members of memberChunks(objects)) {
    await tx.query(storeMembers(key, members));
    await tx.query(noteSeenMembers(key, row, members));
    row += 1;
  }
  return row - page.firstRow;
}

/** Directories repeat objects within a page, and tell members in pieces; a statement takes each object once. */
function mergeRepeated(objects: readonly SourceObject[]): readonly SourceObject[] {
  const byKey = new Map<string, SourceObject>();
  for (const object of objects) {
    const key = `${object.type}:${object.id}`;
    const earlier = byKey.get(key);
    byKey.set(key, earlier === undefined ? object : merge(earlier, object));
  }
  return [...byKey.values()];
}

function merge(earlier: SourceObject, later: SourceObject): SourceObject {
  const merged = { ...earlier, ...later, attributes: { ...earlier.attributes, ...later.attributes } };
  const told = earlier.members !== undefined || later.members !== undefined;
  return told ? { ...merged, members: [...(earlier.members ?? []), ...(later.members ?? [])] } : merged;
}

interface MemberChunk {
  readonly groupIds: readonly string[];
  readonly types: readonly string[];
  readonly ids: readonly string[];
}

function* memberChunks(objects: readonly SourceObject[]): Generator<MemberChunk> {
  let groupIds: string[] = [];
  let types: string[] = [];
  let ids: string[] = [];
  for (const group of objects) {
    for (const member of group.members ?? []) {
      groupIds.push(group.id);
      types.push(member.type);
      ids.push(member.id);
      if (ids.length < MEMBERS_PER_STATEMENT) continue;
      yield { groupIds, types, ids };
      [groupIds, types, ids] = [[], [], []];
    }
  }
  if (ids.length > 0) yield { groupIds, types, ids };
}

/**
 * Unchanged rows are left out before the insert: a conflict alone would already lock and dirty each of them.
 * The `limit` makes it a look-up by key for each row, also while the planner knows nothing of a new table.
 */
function storeObjects(key: ReadKey, objects: readonly SourceObject[], now: Date) {
  const incoming = JSON.stringify(
    objects.map(({ type, id, attributes, softDeleted }) => ({
      type,
      id,
      attributes,
      soft_deleted: softDeleted ?? false,
    })),
  );
  return statement(
    sql`
      with changed as (
        select i.*
        from jsonb_to_recordset(${incoming}::jsonb) as i(type text, id text, attributes jsonb, soft_deleted boolean)
        left join lateral (
          select id, gone_at, soft_deleted, attributes from source_object
          where tenant = ${key.tenant} and source_id = ${key.sourceId} and type = i.type and id = i.id
          limit 1) o on true
        where o.id is null or o.gone_at is not null or o.soft_deleted <> i.soft_deleted
          or o.attributes || i.attributes <> o.attributes
      )
      insert into source_object (tenant, source_id, type, id, attributes, soft_deleted, read_number, changed_at)
      select ${key.tenant}, ${key.sourceId}, type, id, attributes, soft_deleted, ${key.readNumber}, ${now}
      from changed
      on conflict (tenant, source_id, type, id) do update set
        attributes = source_object.attributes || excluded.attributes,
        soft_deleted = excluded.soft_deleted,
        gone_at = null,
        read_number = excluded.read_number,
        changed_at = excluded.changed_at
      where source_object.read_number <= excluded.read_number`,
  );
}

function noteSeenObjects(
  key: ReadKey,
  row: number,
  objects: readonly SourceObject[],
  seenOnly: readonly SourceReference[],
) {
  const seen = [...objects, ...seenOnly];
  const told = [...objects.map(({ members }) => members !== undefined), ...seenOnly.map(() => false)];
  return statement(
    sql`
      insert into source_read_page (tenant, source_id, read_number, page, types, ids, members_told)
      values (${key.tenant}, ${key.sourceId}, ${key.readNumber}, ${row},
        ${seen.map(({ type }) => type)}::text[], ${seen.map(({ id }) => id)}::text[], ${told}::boolean[])`,
  );
}

function storeMembers(key: ReadKey, { groupIds, types, ids }: MemberChunk) {
  return statement(
    sql`
      insert into source_member (tenant, source_id, group_id, member_type, member_id, read_number)
      select ${key.tenant}, ${key.sourceId}, m.group_id, m.type, m.id, ${key.readNumber}
      from unnest(${groupIds}::text[], ${types}::text[], ${ids}::text[]) as m(group_id, type, id)
      on conflict do nothing`,
  );
}

function noteSeenMembers(key: ReadKey, row: number, { groupIds, types, ids }: MemberChunk) {
  return statement(
    sql`
      insert into source_read_page (tenant, source_id, read_number, page, types, ids, group_ids)
      values (${key.tenant}, ${key.sourceId}, ${key.readNumber}, ${row},
        ${types}::text[], ${ids}::text[], ${groupIds}::text[])`,
  );
}
