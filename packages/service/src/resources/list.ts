import type { Filter, ResourceType, Sort } from '@rollcall/scim';
import { type Fragment, join, type Queryable, raw, type Statement, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { compileFilter } from '../filter-sql/compile.ts';
import type { Scope } from '../filter-sql/elements.ts';
import type { Position } from './cursor.ts';
import { type ResourceRow, type RowOptions, rowColumns } from './row.ts';
import { shapeName } from './shape-name.ts';
import { positionAfter, sortKey, sortOrder } from './sort-sql.ts';

/** One type that a list shows, with the filter as that type understands it. */
export interface Selection {
  readonly type: ResourceType;
  readonly filter: Filter | undefined;
}

export interface ListInput {
  readonly selections: readonly Selection[];
  readonly sort: Sort | undefined;
  readonly count: number;
  /** Rows to pass over: index paging. */
  readonly offset: number;
  /** Where the page begins: cursor paging. */
  readonly after?: Position | undefined;
  readonly withGroups: boolean;
}

export interface ListedRow extends ResourceRow {
  /** The value that the row is sorted by; null when unassigned. */
  readonly sort_key: string | number | null;
}

export interface ListPage {
  readonly rows: readonly ListedRow[];
  /** Where the page ends, whether or not that row is still there; absent when the page is empty. */
  readonly end?: Position;
  readonly hasMore: boolean;
}

interface PageKey {
  readonly id: string;
  readonly sort_key: string | number | null;
}

/**
 * Reads one page in a stable order: by the sort key, then by id. One key more is read to see whether there is
 * a next page.
 *
 * First the keys are found, by a statement that is planned for its values: which index serves a filter depends
 * on them, and planning it is cheap while it names one table. Then the rows are read by their keys, by a
 * statement that is planned once. In one statement both would cost more than they do.
 */
export async function listResources(db: Queryable, context: RequestContext, input: ListInput): Promise<ListPage> {
  if (isUniqueLookUp(input)) return findUnique(db, context, input);
  const keys = await findKeys(db, context, input);
  const page = keys.slice(0, input.count);
  const end = page.at(-1);
  if (page.length === 0) return { rows: [], hasMore: false };
  const rows = await readRows(db, context, {
    ids: page.map(({ id }) => id),
    type: typeOf(input),
    withGroups: input.withGroups,
  });
  // A row that was deleted between the two statements is not shown.
  const listed = page.flatMap(({ id, sort_key }) => {
    const row = rows.get(id);
    return row ? [{ ...row, sort_key }] : [];
  });
  return { rows: listed, hasMore: keys.length > input.count, ...(end && { end: { key: end.sort_key, id: end.id } }) };
}

async function findKeys(db: Queryable, context: RequestContext, input: ListInput): Promise<readonly PageKey[]> {
  const { sort, count } = input;
  const scope = scopeOf(context, input.selections);
  const key = sort ? sortKey(sort, scope) : raw('NULL');
  const position = input.after ? sql` AND ${positionAfter(input.after, sort, scope)}` : raw('');
  const { rows } = await db.query<PageKey>(
    named(sql`SELECT r.id, ${key} AS sort_key FROM resource r
      WHERE ${selected(context, input.selections)}${position}
      ORDER BY ${sortOrder(sort, scope)} LIMIT ${count + 1} OFFSET ${input.offset}`),
  );
  return rows;
}

function typeOf({ selections: [only, ...others] }: ListInput): RowOptions['type'] {
  const name = others.length === 0 ? only?.type.name : undefined;
  return name === 'User' || name === 'Group' ? name : 'any';
}

async function readRows(
  db: Queryable,
  context: RequestContext,
  { ids, ...options }: Pick<RowOptions, 'type' | 'withGroups'> & { readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, ResourceRow>> {
  const { rows } = await db.query<ResourceRow>(
    statement(
      sql`SELECT ${rowColumns({ baseUrl: context.baseUrl, ...options })} FROM resource r
        WHERE r.tenant = ${context.tenant} AND r.id = ANY(${ids}::uuid[])`,
      `resource-rows-${options.type}${options.withGroups ? '-groups' : ''}`,
    ),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** `userName eq "…"`, the look-up that provisioning clients send before everything else. */
function isUniqueLookUp({ selections: [only, ...others], offset, count, after }: ListInput): boolean {
  const filter = others.length === 0 ? only?.filter : undefined;
  if (offset > 0 || count === 0 || after || filter?.kind !== 'compare') return false;
  return filter.operator === 'eq' && filter.attribute.path === 'userName';
}

/** One row or none, found by the unique index. */
async function findUnique(db: Queryable, context: RequestContext, input: ListInput): Promise<ListPage> {
  const { selections, sort, withGroups } = input;
  const scope = scopeOf(context, selections);
  const columns = rowColumns({ type: 'User', baseUrl: context.baseUrl, withGroups });
  const source = sql`SELECT ${columns}, ${sort ? sortKey(sort, scope) : raw('NULL')} AS sort_key FROM resource r
    WHERE ${selected(context, selections)}`;
  const { rows } = await db.query<ListedRow>(named(source));
  return { rows, hasMore: false };
}

/** Where several types are listed, they are sorted by what each of them has: any of them stands for all. */
function scopeOf({ baseUrl }: RequestContext, [first]: readonly Selection[]): Scope {
  if (!first) throw new TypeError('a list shows at least one type');
  return { type: first.type, baseUrl };
}

/** How many resources a list has in all: from the maintained counts where there is no filter. */
export async function countResources(
  db: Queryable,
  context: RequestContext,
  selections: readonly Selection[],
): Promise<number> {
  const isUnfiltered = selections.every(({ filter }) => filter === undefined);
  const { rows } = await db.query<{ n: number }>(
    isUnfiltered
      ? statement(
          sql`SELECT coalesce(sum(n), 0)::bigint AS n FROM resource_count
            WHERE tenant = ${context.tenant} AND type = ANY(${selections.map(({ type }) => type.name)}::text[])`,
          'resource-count',
        )
      : named(sql`SELECT count(*) AS n FROM resource r WHERE ${selected(context, selections)}`),
  );
  return rows[0]?.n ?? 0;
}

/**
 * Bounds are parameters too: every page of one list is one form. A form with a containment is planned each
 * time: without its value nobody knows how few rows it selects.
 */
function named(source: Fragment): Statement {
  const { text, values } = statement(source);
  const name = text.includes('@>') ? undefined : shapeName(text);
  return name === undefined ? { text, values } : { text, values, name };
}

function selected(context: RequestContext, selections: readonly Selection[]): Fragment {
  const parts = selections.map(({ type, filter }) => {
    const condition = filter ? sql` AND ${compileFilter(filter, { type, baseUrl: context.baseUrl })}` : raw('');
    return sql`(r.type = ${type.name}${condition})`;
  });
  return sql`r.tenant = ${context.tenant} AND (${join(parts, ' OR ')})`;
}
