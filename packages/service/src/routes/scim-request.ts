import type { Quirk } from '@rollcall/scim';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../context.ts';
import type { AuthenticatedToken } from '../tokens/token-authenticator.ts';

/** What the endpoint knows of a request once its token is known. */
export interface ScimRequest {
  readonly token: AuthenticatedToken;
  readonly context: RequestContext;
  /** Tolerances that the request made use of; the log names them. */
  readonly quirks: Set<Quirk>;
}

declare module 'fastify' {
  interface FastifyRequest {
    scim: ScimRequest | null;
  }
}

/** The request's context. Only routes behind the endpoint's authentication ask for it. */
export function scimOf(request: FastifyRequest): ScimRequest {
  if (!request.scim) throw new TypeError(`${request.routeOptions.url} was reached without authentication`);
  return request.scim;
}
