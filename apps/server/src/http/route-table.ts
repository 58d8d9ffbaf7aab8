import type { FastifyInstance, RouteOptions } from 'fastify';

/**
 * Who may call a route. `token`: a provisioning token of the path's tenant. `tenant`: a key of the path's
 * tenant, or an operator's. `operator`: an operator's key. `loopback`: an operator's key, or a client on this
 * machine that came without a proxy. `open`: anybody.
 */
export type RouteAccess = 'open' | 'token' | 'tenant' | 'operator' | 'loopback';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without it does not start. */
    access?: RouteAccess;
  }
}

/** One method of one path pattern. */
export interface RouteEntry {
  readonly method: string;
  /** The pattern: `/api/v1/tenants/:tenant`. */
  readonly path: string;
  readonly access: RouteAccess;
}

/**
 * Every route of the server with who may call it.
 *
 * A route that declares no access ends the start: what nobody thought of stays closed. The table answers which
 * methods a path has, and is what the authorization tests are made of.
 */
export class RouteTable {
  readonly #routes: RouteOptions[] = [];
  #entries: readonly RouteEntry[] = [];

  get entries(): readonly RouteEntry[] {
    return this.#entries;
  }

  /**
   * Collects the routes that are registered from now on. When all are there, each must have said who may call
   * it, itself or by its scope.
   */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      this.#routes.push(route);
    });
    app.addHook('onReady', async () => {
      this.#entries = this.#routes.flatMap(entriesOf);
    });
  }

  /** The methods of the patterns that match a path, each once, in the order of the alphabet. */
  methodsOf(path: string): readonly string[] {
    const segments = path.split('/');
    const matching = this.#entries.filter((entry) => matches(entry.path.split('/'), segments));
    return [...new Set(matching.map(({ method }) => method))].sort();
  }
}

function entriesOf(route: RouteOptions): readonly RouteEntry[] {
  const access = route.config?.access;
  return [route.method].flat().map((method) => {
    if (access === undefined) {
      throw new TypeError(`${method} ${route.url} declares no access: say in its config who may call it`);
    }
    return { method, path: route.url, access };
  });
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const isPrefix = pattern.at(-1) === '*';
  const parts = isPrefix ? pattern.slice(0, -1) : pattern;
  const isLongEnough = isPrefix ? segments.length > parts.length : segments.length === parts.length;
  return isLongEnough && parts.every((part, index) => matchesSegment(part, segments[index]));
}

const matchesSegment = (part: string, segment: string | undefined): boolean =>
  part.startsWith(':') ? segment !== '' : part === segment;
