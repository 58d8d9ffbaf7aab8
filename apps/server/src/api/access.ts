import type { KeyVerdict, Principal, Tenancy } from '@rollcall/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem, retryAfter } from '../http/problem.ts';
import type { RouteAccess } from '../http/route-table.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined on open routes. */
    principal: Principal | undefined;
  }
}

/**
 * Lets a request pass to the routes of this scope only with a key that may call them. It runs on the routed
 * handler: whatever spelling of the path led there, the route's own declaration decides.
 */
export function guardApi(app: FastifyInstance, tenancy: Tenancy): void {
  app.decorateRequest('principal', undefined);
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    if (access === 'open') return;
    const principal = await identify(tenancy, request);
    request.principal = principal;
    request.notes.actor = actorOf(request);
    assertAccess(access, principal, request);
    const tenant = tenantOf(request) ?? (principal.kind === 'tenant' ? principal.tenant : undefined);
    if (tenant !== undefined) request.notes.tenant = tenant;
  });
}

/** `key:<id>`: what history and lists show as the one who did it. */
export function actorOf(request: FastifyRequest): string {
  if (request.principal === undefined) throw new TypeError('an open route has no actor');
  return `key:${request.principal.keyId}`;
}

/**
 * Who holds the key that the request presents.
 *
 * @throws {Problem} `unauthorized`, `too-many-requests`
 */
export async function identify(tenancy: Tenancy, request: FastifyRequest): Promise<Principal> {
  const { authorization } = request.headers;
  const verdict = await tenancy.keyAuthenticator.authenticate({ authorization, address: request.ip });
  if (verdict.outcome === 'accepted') return verdict.principal;
  throw refusalOf(verdict);
}

function refusalOf(verdict: Exclude<KeyVerdict, { outcome: 'accepted' }>): Problem {
  switch (verdict.outcome) {
    case 'missing':
      return new Problem('unauthorized', 'The request carries no key: send "Authorization: Bearer rk_…".');
    case 'refused':
      return new Problem('unauthorized', 'The key is not one of this server: check that it is complete.');
    case 'ended':
      return new Problem('unauthorized', `Key ${verdict.keyId} is ${verdict.status}: create another.`);
    case 'throttled':
      return new Problem(
        'too-many-requests',
        `Too many requests with keys that are not of this server: try again in ${verdict.retryAfterSeconds} s.`,
        { headers: retryAfter(verdict.retryAfterSeconds) },
      );
  }
}

function assertAccess(access: RouteAccess | undefined, principal: Principal, request: FastifyRequest): void {
  if (access === 'operator') assertOperator(principal);
  else if (access === 'tenant') assertTenant(principal, request);
  else throw new TypeError(`access "${access ?? 'none'}" is not one that the admin API knows`);
}

function assertOperator(principal: Principal): void {
  if (principal.kind === 'operator') return;
  throw new Problem('forbidden', `Key ${principal.keyId} is for one tenant: this needs an operator's key.`);
}

/** Another tenant's key gets what an unknown tenant gets: nobody learns who else is here. */
function assertTenant(principal: Principal, request: FastifyRequest): void {
  const tenant = tenantOf(request);
  if (tenant === undefined)
    throw new TypeError(`${request.routeOptions.url} declares tenant access and names no tenant`);
  if (principal.kind === 'tenant' && principal.tenant !== tenant) throw unknownTenant(tenant);
}

const tenantOf = (request: FastifyRequest): string | undefined =>
  (request.params as { readonly tenant?: string }).tenant;

const unknownTenant = (tenant: string): Problem =>
  new Problem('not-found', `no tenant ${JSON.stringify(tenant.slice(0, 80))} is within reach of this key.`);
