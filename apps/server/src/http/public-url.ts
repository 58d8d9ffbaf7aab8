import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { hostInUrl } from '../running-server.ts';

/**
 * The base of every URL that leaves the server: the configured one, or the address that it listens at. What a
 * request says in `Host` or `X-Forwarded-Host` is never believed.
 */
export function publicUrlOf(config: Pick<Config, 'publicUrl' | 'host' | 'port'>, app: FastifyInstance): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  return `http://${hostInUrl(config.host)}:${port}`;
}
