import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CycleRunner } from './engine/cycle-runner.ts';
import type { RouteEntry } from './http/route-table.ts';

export interface RunningServer {
  /** The address that it serves at, as a client on this machine writes it. */
  readonly url: string;
  readonly port: number;
  /** Every route with who may call it. */
  readonly routes: readonly RouteEntry[];
  /**
   * Stops cycles between two objects, takes no new connections, finishes the requests in flight within the configured time, writes what waits,
   * and lets go of the database. Calling it again waits for the same end.
   */
  close(): Promise<void>;
}

/** Whether the server is about to stop: it still answers, and wants no new work. */
export interface Lifecycle {
  stopping: boolean;
}

export interface RunningServerParts {
  readonly fastify: FastifyInstance;
  readonly routes: readonly RouteEntry[];
  readonly lifecycle: Lifecycle;
  readonly host: string;
  readonly shutdownTimeoutMs: number;
  readonly logger: Logger;
  readonly cycles: CycleRunner;
  /** Lets go of what is below HTTP. */
  readonly closeStorage: () => Promise<void>;
}

/** The handle of a server that listens. */
export function runningServer(parts: RunningServerParts): RunningServer {
  const { port } = parts.fastify.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${hostInUrl(parts.host)}:${port}`,
    port,
    routes: parts.routes,
    close: () => {
      closing ??= stop(parts);
      return closing;
    },
  };
}

async function stop({
  fastify,
  lifecycle,
  shutdownTimeoutMs,
  logger,
  cycles,
  closeStorage,
}: RunningServerParts): Promise<void> {
  lifecycle.stopping = true;
  const overdue = setTimeout(() => {
    logger.warn(`requests were still in flight after ${shutdownTimeoutMs} ms: they are cut off`);
    fastify.server.closeAllConnections();
  }, shutdownTimeoutMs);
  // Before HTTP: a cycle may have a request in flight to an endpoint of this very server.
  await cycles.close();
  await fastify.close();
  clearTimeout(overdue);
  await closeStorage();
  logger.info('stopped');
}

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export function hostInUrl(host: string): string {
  if (EVERY_ADDRESS.has(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
