import type { Attribute } from './attribute.ts';
import { defineAttribute, defineSchema, primary, readOnly } from './define.ts';

function supported(of: string): Attribute {
  return defineAttribute('supported', `Whether the service provider has ${of}.`, { type: 'boolean', required: true });
}

function integer(name: string, description: string, required = true): Attribute {
  return defineAttribute(name, description, { type: 'integer', required });
}

function address(name: string, description: string, referenceType: 'external' | 'uri' = 'external'): Attribute {
  return defineAttribute(name, description, { type: 'reference', referenceTypes: [referenceType] });
}

function feature(name: string, of: string, more: readonly Attribute[] = []): Attribute {
  return defineAttribute(name, `What the service provider offers of ${of}.`, {
    required: true,
    subAttributes: [supported(of), ...more],
  });
}

const PAGINATION = defineAttribute('pagination', 'How lists are paged.', {
  subAttributes: [
    defineAttribute('cursor', 'Whether pages may be asked for by cursor.', { type: 'boolean', required: true }),
    defineAttribute('index', 'Whether pages may be asked for by index.', { type: 'boolean', required: true }),
    defineAttribute('defaultPaginationMethod', 'How pages are made where the client does not say.', {
      canonicalValues: ['cursor', 'index'],
    }),
    integer('defaultPageSize', 'How many resources a page has where the client does not say.', false),
    integer('maxPageSize', 'How many resources a page has at most.', false),
    integer('cursorTimeout', 'For how many seconds a cursor is good.', false),
  ],
});

const AUTHENTICATION_SCHEMES = defineAttribute('authenticationSchemes', 'How clients may authenticate.', {
  multiValued: true,
  required: true,
  subAttributes: [
    defineAttribute('type', 'The kind of scheme.', {
      required: true,
      canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
    }),
    defineAttribute('name', 'The usual name of the scheme.', { required: true }),
    defineAttribute('description', 'What the scheme is.', { required: true }),
    address('specUri', 'The address of the specification.'),
    address('documentationUri', 'The address of a page on its use.'),
    primary('authenticationSchemes'),
  ],
});

/** The schema of the service provider's configuration. @see RFC 7643 5, 8.7.2, RFC 9865 4 (pagination) */
export const SERVICE_PROVIDER_CONFIG_SCHEMA = defineSchema({
  id: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  name: 'Service Provider Configuration',
  description: 'What the service provider offers of the protocol',
  attributes: [
    address('documentationUri', 'The address of a page for people who set up a client.'),
    feature('patch', 'PATCH'),
    feature('bulk', 'bulk operations', [
      integer('maxOperations', 'How many operations a request may have.'),
      integer('maxPayloadSize', 'How many bytes a request may have.'),
    ]),
    feature('filter', 'filters', [integer('maxResults', 'How many resources a reply has at most.')]),
    feature('changePassword', 'changes of passwords'),
    feature('sort', 'sorting'),
    feature('etag', 'entity tags'),
    PAGINATION,
    AUTHENTICATION_SCHEMES,
  ].map(readOnly),
});

/** The schema of a resource type. @see RFC 7643 6, 8.7.2 */
export const RESOURCE_TYPE_SCHEMA = defineSchema({
  id: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  name: 'ResourceType',
  description: 'A type of resource: its endpoint and its schemas',
  attributes: [
    defineAttribute('id', 'The identifier of the type.'),
    defineAttribute('name', 'The name of the type.', { required: true }),
    defineAttribute('description', 'What the type is for.'),
    defineAttribute('endpoint', 'The path of the type below the base URL.', {
      type: 'reference',
      referenceTypes: ['uri'],
      required: true,
    }),
    defineAttribute('schema', 'The URN of the core schema.', {
      type: 'reference',
      referenceTypes: ['uri'],
      required: true,
    }),
    defineAttribute('schemaExtensions', 'The extensions that resources of the type may have.', {
      multiValued: true,
      subAttributes: [
        defineAttribute('schema', 'The URN of the extension.', {
          type: 'reference',
          referenceTypes: ['uri'],
          required: true,
        }),
        defineAttribute('required', 'Whether each resource must have it.', { type: 'boolean', required: true }),
      ],
    }),
  ].map(readOnly),
});

const CHARACTERISTICS: readonly Attribute[] = [
  defineAttribute('name', 'The name of the attribute.', { required: true, caseExact: true }),
  defineAttribute('type', 'The type of its values.', {
    required: true,
    canonicalValues: ['string', 'complex', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'],
  }),
  defineAttribute('multiValued', 'Whether it holds a list.', { type: 'boolean', required: true }),
  defineAttribute('description', 'What it is for.', { caseExact: true }),
  defineAttribute('required', 'Whether it must have a value.', { type: 'boolean' }),
  defineAttribute('canonicalValues', 'Suggested values.', { multiValued: true, caseExact: true }),
  defineAttribute('caseExact', 'Whether values are compared with regard to case.', { type: 'boolean' }),
  defineAttribute('mutability', 'Who may write it, and when.', {
    caseExact: true,
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  }),
  defineAttribute('returned', 'When replies hold it.', {
    caseExact: true,
    canonicalValues: ['always', 'never', 'default', 'request'],
  }),
  defineAttribute('uniqueness', 'Among which resources a value occurs once.', {
    caseExact: true,
    canonicalValues: ['none', 'server', 'global'],
  }),
  defineAttribute('referenceTypes', 'What a reference may point at.', { multiValued: true, caseExact: true }),
];

/** The schema of a schema. @see RFC 7643 7, 8.7.2 */
export const SCHEMA_SCHEMA = defineSchema({
  id: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  name: 'Schema',
  description: 'The attributes of a kind of resource',
  attributes: [
    defineAttribute('id', 'The URN of the schema.', { required: true }),
    defineAttribute('name', 'The name of the schema.', { required: true }),
    defineAttribute('description', 'What the schema is for.'),
    defineAttribute('attributes', 'The attributes.', {
      multiValued: true,
      required: true,
      subAttributes: [
        ...CHARACTERISTICS,
        defineAttribute('subAttributes', 'The sub-attributes of a complex attribute.', {
          multiValued: true,
          subAttributes: CHARACTERISTICS,
        }),
      ],
    }),
  ].map(readOnly),
});
