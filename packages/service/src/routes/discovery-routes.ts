import {
  type JsonObject,
  NotFoundError,
  RESOURCE_TYPE_SCHEMA,
  type ResourceType,
  resourceTypeDocument,
  SCHEMA_SCHEMA,
  ScimError,
  type ScimSchema,
  SERVICE_PROVIDER_CONFIG_SCHEMA,
  schemaDocument,
} from '@rollcall/scim';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { serviceProviderConfig } from '../discovery/service-provider-config.ts';
import { queryOf } from './query.ts';
import { sendJson } from './reply.ts';
import { scimOf } from './scim-request.ts';
import type { ScimServices } from './scim-services.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The endpoints by which a client learns what this one can do. @see RFC 7644 4 */
export function discoveryHandlers(services: ScimServices, types: readonly ResourceType[]) {
  const schemas = everySchema(types);
  return {
    serviceProviderConfig: single((baseUrl) => serviceProviderConfig(baseUrl, services.limits)),
    resourceTypes: list((baseUrl) => types.map((type) => resourceTypeDocument(type, baseUrl))),
    resourceType: single((baseUrl, id) => resourceTypeDocument(named(types, id, 'resource type'), baseUrl)),
    schemas: list((baseUrl) => schemas.map((schema) => schemaDocument(schema, baseUrl))),
    schema: single((baseUrl, id) => schemaDocument(named(schemas, id, 'schema'), baseUrl)),
  };
}

function everySchema(types: readonly ResourceType[]): readonly ScimSchema[] {
  const resources = types.flatMap((type) => [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)]);
  return [...resources, SERVICE_PROVIDER_CONFIG_SCHEMA, RESOURCE_TYPE_SCHEMA, SCHEMA_SCHEMA];
}

function named<T extends { readonly id: string }>(all: readonly T[], id: string, kind: string): T {
  const found = all.find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (found) return found;
  throw new NotFoundError(
    `There is no ${kind} "${id.slice(0, 100)}". Known are ${all.map((each) => each.id).join(', ')}.`,
  );
}

function single(document: (baseUrl: string, id: string) => JsonObject): Handler {
  return async (request, reply) => {
    const { id = '' } = request.params as { id?: string };
    return sendJson(reply, 200, JSON.stringify(document(scimOf(request).context.baseUrl, id)));
  };
}

/** A filter on these lists is refused: an unfiltered answer would be mistaken for a filtered one. @see RFC 7644 4 */
function list(documents: (baseUrl: string) => readonly JsonObject[]): Handler {
  return async (request, reply) => {
    if (queryOf(request).filter !== undefined)
      throw new ScimError(403, undefined, 'This list takes no filter: it is short, read it whole.');
    const resources = documents(scimOf(request).context.baseUrl);
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: resources.length,
      startIndex: 1,
      itemsPerPage: resources.length,
      Resources: resources,
    };
    return sendJson(reply, 200, JSON.stringify(body));
  };
}
