import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import { filterShape } from './filter-shape.ts';

/** What stands for the path where no route matched: a client's own text would make the list endless. */
const NO_ROUTE = '(none)';

/** Writes down a request that was answered or given up. */
export type RecordRequest = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * One line and one measurement for each request. The path stands as its pattern, a filter as its shape; of
 * headers and bodies there is nothing.
 */
export function requestRecorder(metrics: Metrics): RecordRequest {
  return (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? NO_ROUTE;
    metrics.observeRequest({ route, method, status: reply.statusCode, ms: elapsedMs(reply) });
    const line = { method, route, ...measured(reply), address: request.ip, ...caller(request) };
    request.log[levelOf(route, reply.statusCode)](line, 'request');
  };
}

/** A request that was refused before routing has no time of its beginning. */
const elapsedMs = (reply: FastifyReply): number => reply.elapsedTime || 0;

/** Asked every few seconds for ever: worth a line only when the answer is no. */
const ROUTINE_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

function levelOf(route: string, status: number): 'debug' | 'info' | 'error' {
  if (status >= 500) return 'error';
  return ROUTINE_ROUTES.has(route) ? 'debug' : 'info';
}

function measured(reply: FastifyReply): Readonly<Record<string, unknown>> {
  return {
    status: reply.statusCode,
    ms: Math.round(elapsedMs(reply) * 10) / 10,
    ...(!reply.raw.writableEnded && { aborted: true }),
  };
}

/** Who asked, once a credential was accepted: a path alone proves nothing. */
function caller(request: FastifyRequest): Readonly<Record<string, unknown>> {
  // Absent outside of the endpoint's scope, and null until its token is known.
  if (!request.scim) return { ...request.notes };
  const { context, quirks } = request.scim;
  const filter = filterOf(request);
  return {
    tenant: context.tenant,
    actor: context.actor,
    ...(filter !== undefined && { filter: filterShape(filter) }),
    ...(quirks.size > 0 && { quirks: [...quirks].sort() }),
  };
}

/** The filter of a list's query or of a search's body. */
function filterOf(request: FastifyRequest): string | undefined {
  for (const part of [request.query, request.body]) {
    if (typeof part !== 'object' || part === null || !('filter' in part)) continue;
    if (typeof part.filter === 'string') return part.filter;
  }
  return undefined;
}
