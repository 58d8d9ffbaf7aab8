import type { Quirk } from '@rollcall/scim';

/** What handlers leave for the request log: names and shapes, never a value that a client sent. */
export interface RequestNotes {
  /** The tenant whose credential was accepted; a path alone proves nothing. */
  tenant?: string;
  /** Public id of the credential: `token:3f9a…`, `key:…`. */
  actor?: string;
  /** The filter with its values left out: `userName eq ?`. */
  filter?: string;
  /** Tolerances that the request needed. */
  readonly quirks: Set<Quirk>;
}

/**
 * Who may call a route. `token`: a provisioning token of the path's tenant. `tenant`: a key of the path's
 * tenant, or an operator's. `operator`: an operator's key. `loopback`: an operator's key, or a client on this
 * machine that came without a proxy. `open`: anybody.
 */
export type RouteAccess = 'open' | 'token' | 'tenant' | 'operator' | 'loopback';

declare module 'fastify' {
  interface FastifyRequest {
    notes: RequestNotes;
  }
  interface FastifyContextConfig {
    /** A route without it does not start. */
    access?: RouteAccess;
  }
}
