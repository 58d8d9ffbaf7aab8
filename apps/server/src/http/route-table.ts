import type { RouteAccess } from '@rollcall/service';
import type { FastifyInstance, RouteOptions } from 'fastify';

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
  readonly #entries: RouteEntry[] = [];

  get entries(): readonly RouteEntry[] {
    return this.#entries;
  }

  /** Collects the routes that are registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => this.#add(route));
  }

  /** The methods of the patterns that match a path, each once, in the order of the alphabet. */
  methodsOf(path: string): readonly string[] {
    const segments = path.split('/');
    const matching = this.#entries.filter((entry) => matches(entry.path.split('/'), segments));
    return [...new Set(matching.map(({ method }) => method))].sort();
  }

  #add(route: RouteOptions): void {
    const access = route.config?.access;
    for (const method of [route.method].flat()) {
      if (access === undefined) {
        throw new TypeError(`${method} ${route.url} declares no access: say in its config who may call it`);
      }
      this.#entries.push({ method, path: route.url, access });
    }
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.at(-1) === '*') return segments.length >= pattern.length;
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  );
}
