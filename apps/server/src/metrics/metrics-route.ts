import type { Tenancy } from '@rollcall/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { identify } from '../api/access.ts';
import { Problem } from '../http/problem.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsRouteOptions {
  readonly metrics: Metrics;
  readonly tenancy: Tenancy;
}

/**
 * `/metrics` for Prometheus: to clients on this machine, and to whoever holds an operator's key.
 *
 * A connection from this machine that forwards somebody else's request is a proxy's: it needs the key.
 */
export function metricsRoute(app: FastifyInstance, { metrics, tenancy }: MetricsRouteOptions): void {
  app.get('/metrics', { config: { access: 'loopback' } }, async (request, reply) => {
    if (!isLocal(request)) await assertOperator(tenancy, request);
    return reply.type(metrics.contentType).send(await metrics.print());
  });
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
];

function isLocal(request: FastifyRequest): boolean {
  const isForwarded = FORWARDING_HEADERS.some((name) => name in request.headers);
  return !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? '');
}

async function assertOperator(tenancy: Tenancy, request: FastifyRequest): Promise<void> {
  const principal = await identify(tenancy, request);
  request.notes.actor = `key:${principal.keyId}`;
  if (principal.kind !== 'operator') throw new Problem('forbidden', "Metrics need an operator's key.");
}
