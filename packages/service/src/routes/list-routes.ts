import {
  type Json,
  type JsonObject,
  LIST_RESPONSE_SCHEMA,
  type ListQuery,
  parseFilter,
  parseSearchRequest,
  parseSort,
  type ResourceType,
  resolveFilter,
  type Sort,
} from '@rollcall/scim';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CursorScope, CursorState } from '../resources/cursor.ts';
import { countResources, type ListInput, type ListPage, listResources, type Selection } from '../resources/list.ts';
import { type JsonText, joinTexts, represent, type View, wantsGroups } from '../resources/represent.ts';
import { objectBody } from '../resources/write.ts';
import { assertPermitted } from '../tokens/token-scope.ts';
import { queryOf, viewOf } from './query.ts';
import { sendJson } from './reply.ts';
import { type ScimRequest, scimOf } from './scim-request.ts';
import type { ScimServices } from './scim-services.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** GET of a type's endpoint. @see RFC 7644 3.4.2 */
export function listHandler(services: ScimServices, types: readonly ResourceType[]): Handler {
  return async (request, reply) => answer(services, types, { scim: scimOf(request), query: queryOf(request) }, reply);
}

/** POST of a SearchRequest, at the root or below one type. @see RFC 7644 3.4.3 */
export function searchHandler(services: ScimServices, types: readonly ResourceType[]): Handler {
  return async (request, reply) => {
    const query = parseSearchRequest(objectBody({ body: request.body as Json | undefined, method: 'POST' }));
    return answer(services, types, { scim: scimOf(request), query }, reply);
  };
}

interface ListRequest {
  readonly scim: ScimRequest;
  readonly query: ListQuery;
}

async function answer(
  services: ScimServices,
  types: readonly ResourceType[],
  { scim, query }: ListRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  for (const type of types) assertPermitted(scim.token.token, { write: false, resourceType: type.name });
  const views = new Map(types.map((type) => [type.name, viewOfOne(type, types, query, scim)]));
  const input = listInput(services, types, { scim, query }, [...views.values()]);
  return sendJson(reply, 200, await readPage(services, { scim, query, input, views }));
}

/** At the root a name may belong to one type and not to the other. */
function viewOfOne(
  type: ResourceType,
  types: readonly ResourceType[],
  query: ListQuery,
  { context }: ScimRequest,
): View {
  return viewOf(type, query, types.length > 1 ? { ...context.policy, unknownAttributes: 'ignore' } : context.policy);
}

function listInput(
  { limits, cursors }: ScimServices,
  types: readonly ResourceType[],
  { scim, query }: ListRequest,
  views: readonly View[],
): ListInput {
  const selections = select(types, query, scim);
  const count = Math.min(query.count ?? limits.pageSizeDefault, limits.pageSizeMax);
  const after = query.cursor ? cursors.read(query.cursor, cursorScope(types, { scim, query })) : undefined;
  return {
    selections,
    sort: sortOf(types, query),
    count,
    offset: query.cursor === undefined ? (query.startIndex ?? 1) - 1 : 0,
    after,
    withGroups: views.some(wantsGroups),
  };
}

function select(
  types: readonly ResourceType[],
  { filter }: ListQuery,
  { context, quirks }: ScimRequest,
): readonly Selection[] {
  if (filter === undefined) return types.map((type) => ({ type, filter: undefined }));
  const syntax = parseFilter(filter);
  const use = {
    allowed: new Set(context.policy.quirks),
    report: (quirk: Parameters<typeof quirks.add>[0]) => quirks.add(quirk),
  };
  return types.map((type) => ({
    type,
    filter: resolveFilter(syntax, type, use, types.length > 1 ? { otherTypes: types } : {}),
  }));
}

/** At the root a list is ordered by what every type has. */
function sortOf(types: readonly ResourceType[], query: ListQuery): Sort | undefined {
  const [sort] = types.map((type) => parseSort(type, query));
  return sort;
}

interface Page {
  readonly scim: ScimRequest;
  readonly query: ListQuery;
  readonly input: ListInput;
  readonly views: ReadonlyMap<string, View>;
}

async function readPage(services: ScimServices, page: Page): Promise<JsonText> {
  const { scim, query, input, views } = page;
  const { database } = services;
  const found: ListPage =
    input.count === 0 ? { rows: [], hasMore: true } : await listResources(database, scim.context, input);
  const totalResults = await total(services, page, found);
  const texts = await represent(database, scim.context, found.rows, (name) => viewNamed(views, name));
  const head = {
    schemas: [LIST_RESPONSE_SCHEMA],
    totalResults,
    ...(query.cursor === undefined
      ? { startIndex: query.startIndex ?? 1 }
      : nextCursor(services, page, { found, totalResults })),
    itemsPerPage: found.rows.length,
  };
  return joinTexts(`${JSON.stringify(head).slice(0, -1)},"Resources":[`, texts, ']}');
}

function viewNamed(views: ReadonlyMap<string, View>, name: string): View {
  const view = views.get(name);
  if (!view) throw new TypeError(`a row of the type ${name} that was not asked for`);
  return view;
}

/** A page that holds the whole list counts itself; a later page by cursor has the count of the first. */
async function total({ database }: ScimServices, { scim, input }: Page, found: ListPage): Promise<number> {
  const carried = (input.after as CursorState | undefined)?.totalResults;
  if (carried !== undefined) return carried;
  const isWhole = !found.hasMore && (found.rows.length > 0 || input.offset === 0);
  if (isWhole) return input.offset + found.rows.length;
  return countResources(database, scim.context, input.selections);
}

function nextCursor(
  { cursors }: ScimServices,
  { scim, query, input }: Page,
  { found, totalResults }: { readonly found: ListPage; readonly totalResults: number },
): JsonObject {
  if (!found.hasMore || !found.end) return {};
  const scope = cursorScope(
    input.selections.map(({ type }) => type),
    { scim, query },
  );
  return { nextCursor: cursors.write({ ...found.end, totalResults }, scope) };
}

function cursorScope(types: readonly ResourceType[], { scim, query }: ListRequest): CursorScope {
  return {
    tenant: scim.context.tenant,
    endpoint: types.map(({ endpoint }) => endpoint).join(' '),
    filter: query.filter,
    sortBy: query.sortBy,
    sortOrder: query.sortOrder,
  };
}
