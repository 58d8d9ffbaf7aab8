import type { Filter, ResourceType, Sort } from '@rollcall/scim';
import { type Fragment, join, type Queryable, raw, type Statement, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { compileFilter } from '../filter-sql/compile.ts';
import type { Scope } from '../filter-sql/elements.ts';
import type { Position } from './cursor.ts';
import { type ResourceRow, rowColumns } from './row.ts';
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
  readonly hasMore: boolean;
}

/** Reads one page in a stable order: by the sort key, then by id. One row more is read to see whether there is a next page. */
export async function listResources(db: Queryable, context: RequestContext, input: ListInput): Promise<ListPage> {
  const { sort, count } = input;
  const scope = scopeOf(context, input.selections);
  const key = sort ? sortKey(sort, scope) : raw('NULL');
  const position = input.after ? sql` AND ${positionAfter(input.after, sort, scope)}` : raw('');
  const columns = rowColumns({ baseUrl: context.baseUrl, withGroups: input.withGroups });
  const { rows } = await db.query<ListedRow>(
    named(sql`SELECT ${columns}, ${key} AS sort_key FROM resource r
      WHERE ${selected(context, input.selections)}${position}
      ORDER BY ${sortOrder(sort, scope)} LIMIT ${count + 1} OFFSET ${input.offset}`),
  );
  return { rows: rows.slice(0, count), hasMore: rows.length > count };
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

/** Bounds are parameters too: every page of one list is one form. */
function named(source: Fragment): Statement {
  const { text, values } = statement(source);
  const name = shapeName(text);
  return name === undefined ? { text, values } : { text, values, name };
}

function selected(context: RequestContext, selections: readonly Selection[]): Fragment {
  const parts = selections.map(({ type, filter }) => {
    const condition = filter ? sql` AND ${compileFilter(filter, { type, baseUrl: context.baseUrl })}` : raw('');
    return sql`(r.type = ${type.name}${condition})`;
  });
  return sql`r.tenant = ${context.tenant} AND (${join(parts, ' OR ')})`;
}
