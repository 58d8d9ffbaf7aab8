import { GROUP_TYPE, NotFoundError, type Quirk, type ResourceType, ScimError, USER_TYPE } from '@rollcall/scim';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { RemovalBudget } from '../removals/removal-budget.ts';
import { bulkHandler } from './bulk-route.ts';
import { readBodies } from './content-type.ts';
import { discoveryHandlers } from './discovery-routes.ts';
import { errorReply } from './errors.ts';
import { listHandler, searchHandler } from './list-routes.ts';
import { sendJson } from './reply.ts';
import { resourceHandlers } from './resource-routes.ts';
import type { ScimServices } from './scim-services.ts';

const RESOURCE_TYPES: readonly ResourceType[] = [USER_TYPE, GROUP_TYPE];
const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
type Handlers = Readonly<Partial<Record<HTTPMethods, Handler>>>;

/**
 * The SCIM endpoint of every tenant, mounted below `/scim/v2/:tenant`. Every route of it, known or not,
 * asks for a token of the tenant that the matched path names; nothing here decides by the URL's text.
 *
 * @see RFC 7644 3.2
 */
export async function scimPlugin(app: FastifyInstance, services: ScimServices): Promise<void> {
  app.decorateRequest('scim', null);
  readBodies(app, services.limits);
  app.setErrorHandler((error, request, reply) => replyWithError(services, error, request, reply));
  const removals = new RemovalBudget(services.clock);
  app.addHook('onRequest', async (request) => authenticate(services, removals, request));
  for (const [path, handlers] of routes(services)) {
    register(app, services, path, handlers);
    // Microsoft's tests send `/Users/?filter=…`.
    if (!path.endsWith('/') && !path.endsWith('*')) register(app, services, `${path}/`, handlers);
  }
  // The framework answers the base without its slash like the one with it, by every method but this one.
  app.route({ method: 'HEAD', url: '', exposeHeadRoute: false, handler: refuseUnknown });
}

function routes(services: ScimServices): ReadonlyMap<string, Handlers> {
  const discovery = discoveryHandlers(services, RESOURCE_TYPES);
  const table = new Map<string, Handlers>([
    ['/ServiceProviderConfig', { GET: discovery.serviceProviderConfig }],
    ['/ResourceTypes', { GET: discovery.resourceTypes }],
    ['/ResourceTypes/:id', { GET: discovery.resourceType }],
    ['/Schemas', { GET: discovery.schemas }],
    ['/Schemas/:id', { GET: discovery.schema }],
    ['/Me', everyMethod(refuseMe)],
    ['/Bulk', { POST: bulkHandler(services, RESOURCE_TYPES) }],
    ['/.search', { POST: searchHandler(services, RESOURCE_TYPES) }],
    ['/*', everyMethod(refuseUnknown)],
    ['/', everyMethod(refuseUnknown)],
  ]);
  for (const type of RESOURCE_TYPES) {
    const { GET, POST, PUT, PATCH, DELETE } = resourceHandlers(services, type);
    table.set(type.endpoint, { GET: listHandler(services, [type]), POST });
    table.set(`${type.endpoint}/.search`, { POST: searchHandler(services, [type]) });
    table.set(`${type.endpoint}/:id`, { GET, PUT, PATCH, DELETE });
  }
  return table;
}

function everyMethod(handler: Handler): Handlers {
  return Object.fromEntries(METHODS.map((method) => [method, handler]));
}

/** Registers a path's handlers; its other methods are answered 405 with what it allows. @see RFC 9110 15.5.6 */
function register(app: FastifyInstance, services: ScimServices, path: string, handlers: Handlers): void {
  const bodyLimit = path.startsWith('/Bulk') ? services.limits.bulkBodyBytesMax : services.limits.bodyBytesMax;
  const allowed = METHODS.filter((method) => handlers[method] ?? (method === 'HEAD' && handlers.GET));
  for (const method of METHODS) {
    const handler = handlers[method] ?? (method === 'HEAD' ? handlers.GET : undefined);
    app.route({
      method,
      url: path,
      bodyLimit,
      exposeHeadRoute: false,
      handler: handler ?? refuseMethod(allowed),
    });
  }
}

const refuseMethod =
  (allowed: readonly HTTPMethods[]): Handler =>
  async (request, reply) => {
    reply.header('allow', allowed.join(', '));
    throw new ScimError(405, undefined, `${request.method} is not for this path: it takes ${allowed.join(', ')}.`);
  };

/** A provisioning token belongs to a tenant and to no person. @see RFC 7644 3.11 (501 where there is no /Me) */
async function refuseMe(): Promise<never> {
  throw new ScimError(501, undefined, '/Me: this token belongs to a tenant, not to a person. Ask for /Users/{id}.');
}

async function refuseUnknown(): Promise<never> {
  throw new NotFoundError(
    'There is nothing at this path. Paths are case-sensitive: /Users, /Groups, /Bulk, /.search, /Schemas, /ResourceTypes, /ServiceProviderConfig.',
  );
}

async function authenticate(
  { tokens, clock, publicUrl }: ScimServices,
  removals: RemovalBudget,
  request: FastifyRequest,
): Promise<void> {
  const { tenant = '' } = request.params as { tenant?: string };
  const token = await tokens.authenticate({
    tenant,
    authorization: request.headers.authorization,
    address: request.ip,
    agent: request.headers['user-agent'],
  });
  request.scim = {
    token,
    quirks: new Set<Quirk>(),
    context: {
      tenant: token.tenant,
      policy: token.policy,
      actor: `token:${token.token.id}`,
      requestId: request.id,
      baseUrl: `${publicUrl}/scim/v2/${token.tenant}`,
      now: clock.now(),
      removals: removals.meterFor(token.token.id, token.policy),
    },
  };
}

/** What an operator has to hear of. That something is not implemented is no failure. */
const isFailure = ({ status }: ScimError): boolean => status >= 500 && status !== 501;

function replyWithError(
  services: ScimServices,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const answer = errorReply(error, request.id);
  if (isFailure(answer.error)) services.onError(error, request);
  reply.headers(answer.headers);
  return sendJson(reply, answer.error.status, JSON.stringify(answer.error.toBody()));
}
