import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';

/** What stands for the path where no route matched: a client's own text would make the list endless. */
const NO_ROUTE = '(none)';

/**
 * One line and one measurement for each request that was answered or given up. The path stands as its pattern,
 * a filter as its shape; of headers and bodies there is nothing.
 */
export function logRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? NO_ROUTE;
    metrics.observeRequest({ route, method: request.method, status: reply.statusCode, ms: reply.elapsedTime });
    const line = requestLine(request, reply, route);
    if (reply.statusCode >= 500) request.log.error(line, 'request');
    else request.log.info(line, 'request');
  });
}

function requestLine(request: FastifyRequest, reply: FastifyReply, route: string): Readonly<Record<string, unknown>> {
  const { tenant, actor, filter, quirks } = request.notes;
  return {
    method: request.method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    address: request.ip,
    ...(tenant !== undefined && { tenant }),
    ...(actor !== undefined && { actor }),
    ...(filter !== undefined && { filter }),
    ...(quirks.size > 0 && { quirks: [...quirks].sort() }),
    ...(!reply.raw.writableFinished && { aborted: true }),
  };
}
