import type { ResourceType } from '@rollcall/scim';
import { crashpoint } from '@rollcall/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findResource } from '../resources/find.ts';
import { meetsTag, parseTagCondition } from '../resources/preconditions.ts';
import { notFound } from '../resources/refusals.ts';
import { entityTag, locationOf, represent, type View, wantsGroups } from '../resources/represent.ts';
import type { ResourceRow } from '../resources/row.ts';
import { type WriteRequest, type WriteResult, write } from '../resources/write.ts';
import { assertPermitted } from '../tokens/token-scope.ts';
import { queryOf, viewOf } from './query.ts';
import { sendJson } from './reply.ts';
import { scimOf } from './scim-request.ts';
import type { ScimServices } from './scim-services.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The handlers of one resource type. @see RFC 7644 3.2 */
export function resourceHandlers(
  services: ScimServices,
  type: ResourceType,
): Readonly<Record<WriteRequest['method'] | 'GET', Handler>> {
  const writer =
    (method: WriteRequest['method']): Handler =>
    (request, reply) =>
      handleWrite(services, { type, method }, request, reply);
  return {
    GET: (request, reply) => handleRead(services, type, request, reply),
    POST: writer('POST'),
    PUT: writer('PUT'),
    PATCH: writer('PATCH'),
    DELETE: writer('DELETE'),
  };
}

const idOf = (request: FastifyRequest): string => String((request.params as Record<string, unknown>).id ?? '');

async function handleRead(
  services: ScimServices,
  type: ResourceType,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { context, token } = scimOf(request);
  assertPermitted(token.token, { write: false, resourceType: type.name });
  const view = viewOf(type, queryOf(request), context.policy);
  const id = idOf(request);
  const row = await findResource(
    services.database,
    context,
    { type: type.name, id },
    { withGroups: wantsGroups(view) },
  );
  if (!row) throw notFound(type, id);
  const known = parseTagCondition(request.headers['if-none-match']);
  if (known && meetsTag(known, row.version)) return reply.code(304).header('etag', entityTag(row.version)).send();
  return sendRow(services, { request, reply, view, row, status: 200 });
}

async function handleWrite(
  services: ScimServices,
  { type, method }: Pick<WriteRequest, 'type' | 'method'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { context, token, quirks } = scimOf(request);
  assertPermitted(token.token, { write: true, resourceType: type.name });
  const query = queryOf(request);
  const view = viewOf(type, query, context.policy);
  const result = await write(services.database, context, {
    method,
    type,
    id: idOf(request),
    body: request.body as WriteRequest['body'],
    ifMatch: parseTagCondition(request.headers['if-match']),
    reportQuirk: (quirk) => quirks.add(quirk),
  });
  crashpoint('after-commit-before-reply');
  const asked = query.attributes !== undefined || query.excludedAttributes !== undefined;
  return replyToWrite(services, { request, reply, view, asked }, result);
}

interface Answer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly view: View;
}

/**
 * A group's PATCH is answered without the group, unless the request asks for attributes of it: its members
 * may be a million.
 *
 * @see RFC 7644 3.5.2
 */
async function replyToWrite(
  services: ScimServices,
  answer: Answer & { readonly asked: boolean },
  { status, row }: WriteResult,
): Promise<FastifyReply> {
  const { reply, view, asked } = answer;
  if (status !== 204 && row) return sendRow(services, { ...answer, row, status });
  const shown = status === 204 && asked ? await rereadForReply(services, answer) : undefined;
  if (shown) return sendRow(services, { ...answer, row: shown, status: 200 });
  if (row && view.type.name === 'Group') reply.header('etag', entityTag(row.version));
  return reply.code(204).send();
}

function rereadForReply({ database }: ScimServices, { request, view }: Answer): Promise<ResourceRow | undefined> {
  if (request.method === 'DELETE') return Promise.resolve(undefined);
  const key = { type: view.type.name, id: idOf(request) };
  return findResource(database, scimOf(request).context, key, { withGroups: wantsGroups(view) });
}

async function sendRow(
  { database }: ScimServices,
  { request, reply, view, row, status }: Answer & { readonly row: ResourceRow; readonly status: number },
): Promise<FastifyReply> {
  const { context } = scimOf(request);
  const [text = '{}'] = await represent(database, context, [row], () => view);
  const location = locationOf(row, view.type, context.baseUrl);
  reply.header('etag', entityTag(row.version)).header('location', location);
  return sendJson(reply, status, text);
}
