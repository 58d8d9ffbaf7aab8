import { type Database, sql, statement } from '@rollcall/storage';
import type { FastifyInstance } from 'fastify';
import type { Lifecycle } from './running-server.ts';

export interface HealthOptions {
  readonly database: Database;
  readonly lifecycle: Lifecycle;
}

/** A balancer asks every few seconds; an answer that takes longer is a no. */
const DATABASE_TIMEOUT_MS = 2_000;

/**
 * `/healthz`: the process lives and turns its loop. `/readyz`: it can serve. The server listens only once the
 * migrations are done, so what is left to ask is the database.
 */
export function healthRoutes(app: FastifyInstance, { database, lifecycle }: HealthOptions): void {
  app.get('/healthz', { config: { access: 'open' } }, async () => ({ status: 'alive' }));
  app.get('/readyz', { config: { access: 'open' } }, async (request, reply) => {
    if (lifecycle.stopping) return reply.code(503).send({ status: 'stopping' });
    try {
      await withinTime(database.query(statement(sql`select 1`, 'ready')));
      return { status: 'ready' };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready: the database does not answer');
      return reply.code(503).send({ status: 'database unavailable' });
    }
  });
}

async function withinTime(answer: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${DATABASE_TIMEOUT_MS} ms`)), DATABASE_TIMEOUT_MS);
  try {
    await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
