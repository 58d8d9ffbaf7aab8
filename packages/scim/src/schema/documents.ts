import type { JsonObject } from '../resource/resource.ts';
import type { Attribute, ScimSchema } from './attribute.ts';
import { RESOURCE_TYPE_SCHEMA, SCHEMA_SCHEMA, SERVICE_PROVIDER_CONFIG_SCHEMA } from './discovery-schemas.ts';
import type { ResourceType } from './resource-type.ts';

/**
 * A schema as `/Schemas` shows it.
 *
 * @param baseUrl of the SCIM endpoint, without a slash at its end
 * @see RFC 7643 7
 */
export function schemaDocument(schema: ScimSchema, baseUrl: string): JsonObject {
  const { id, name, description, attributes } = schema;
  return {
    schemas: [SCHEMA_SCHEMA.id],
    id,
    name,
    description,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}

/**
 * A resource type as `/ResourceTypes` shows it.
 *
 * @param baseUrl of the SCIM endpoint, without a slash at its end
 * @see RFC 7643 6
 */
export function resourceTypeDocument(type: ResourceType, baseUrl: string): JsonObject {
  const { id, name, endpoint, description, schema, schemaExtensions } = type;
  return {
    schemas: [RESOURCE_TYPE_SCHEMA.id],
    id,
    name,
    endpoint,
    description,
    schema: schema.id,
    schemaExtensions: schemaExtensions.map((extension) => ({
      schema: extension.schema.id,
      required: extension.required,
    })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${id}` },
  };
}

/** What a service provider offers. @see RFC 7643 5, RFC 9865 4 */
export interface ServiceProviderConfig {
  readonly documentationUri?: string;
  readonly patch: { readonly supported: boolean };
  readonly bulk: { readonly supported: boolean; readonly maxOperations: number; readonly maxPayloadSize: number };
  readonly filter: { readonly supported: boolean; readonly maxResults: number };
  readonly changePassword: { readonly supported: boolean };
  readonly sort: { readonly supported: boolean };
  readonly etag: { readonly supported: boolean };
  readonly pagination?: PaginationConfig;
  readonly authenticationSchemes: readonly AuthenticationScheme[];
}

/** How lists are paged. @see RFC 9865 4 */
export interface PaginationConfig {
  readonly cursor: boolean;
  readonly index: boolean;
  readonly defaultPaginationMethod?: 'cursor' | 'index';
  readonly defaultPageSize?: number;
  readonly maxPageSize?: number;
  /** In seconds. */
  readonly cursorTimeout?: number;
}

/** How clients may authenticate. @see RFC 7643 5 */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly documentationUri?: string;
  readonly primary?: boolean;
}

/**
 * The configuration as `/ServiceProviderConfig` shows it.
 *
 * @param baseUrl of the SCIM endpoint, without a slash at its end
 * @see RFC 7643 5
 */
export function serviceProviderConfigDocument(config: ServiceProviderConfig, baseUrl: string): JsonObject {
  const { pagination, authenticationSchemes, ...features } = config;
  return {
    schemas: [SERVICE_PROVIDER_CONFIG_SCHEMA.id],
    ...features,
    ...(pagination && { pagination: { ...pagination } }),
    authenticationSchemes: authenticationSchemes.map((scheme) => ({ ...scheme })),
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

function attributeDocument(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name: attribute.name,
    type: attribute.type,
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues && { canonicalValues }),
    ...(comparesCase(attribute) && { caseExact: attribute.caseExact }),
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(attributeDocument) }),
  };
}

function comparesCase({ type }: Attribute): boolean {
  return type === 'string' || type === 'reference' || type === 'binary';
}
