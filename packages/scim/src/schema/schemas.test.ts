import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Attribute } from './attribute.ts';
import { COMMON_ATTRIBUTES } from './common-attributes.ts';
import { GROUP_TYPE, USER_TYPE } from './core-types.ts';
import { RESOURCE_TYPE_SCHEMA, SCHEMA_SCHEMA, SERVICE_PROVIDER_CONFIG_SCHEMA } from './discovery-schemas.ts';
import { resourceTypeDocument, schemaDocument, serviceProviderConfigDocument } from './documents.ts';
import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.ts';
import { GROUP_SCHEMA } from './group.ts';
import { USER_SCHEMA } from './user.ts';

const BASE_URL = 'https://scim.example.com/scim/v2/acme';
const VECTORS = `${import.meta.dirname}/../vectors`;
const ALL = [
  USER_SCHEMA,
  GROUP_SCHEMA,
  ENTERPRISE_USER_SCHEMA,
  SERVICE_PROVIDER_CONFIG_SCHEMA,
  RESOURCE_TYPE_SCHEMA,
  SCHEMA_SCHEMA,
];

/** Characteristics as the vector file writes them. */
function describeAttribute(attribute: Attribute): string {
  const { type, multiValued, required, caseExact, mutability, returned, uniqueness } = attribute;
  return [
    multiValued ? `${type}[]` : type,
    required ? 'required' : 'optional',
    ...(['string', 'reference', 'binary'].includes(type) ? [caseExact ? 'caseExact' : 'anyCase'] : []),
    mutability,
    returned,
    ...(uniqueness === 'none' ? [] : [`unique:${uniqueness}`]),
    ...(attribute.canonicalValues ? [`canonical:${attribute.canonicalValues}`] : []),
    ...(attribute.referenceTypes ? [`to:${attribute.referenceTypes}`] : []),
  ].join(' ');
}

function characteristics(attributes: readonly Attribute[], above = ''): [path: string, characteristics: string][] {
  return attributes.flatMap((attribute) => [
    [above + attribute.name, describeAttribute(attribute)],
    ...characteristics(attribute.subAttributes ?? [], `${above}${attribute.name}.`),
  ]);
}

const expected = JSON.parse(readFileSync(`${VECTORS}/rfc7643-8.7-characteristics.json`, 'utf8')) as Record<
  string,
  object
>;

test('RFC 7643 3.1: the common attributes have the characteristics of the standard', () => {
  assert.deepEqual(Object.fromEntries(characteristics(COMMON_ATTRIBUTES)), expected.common);
});

for (const { id, name, attributes } of ALL) {
  test(`RFC 7643 8.7: every attribute of ${name} has the characteristics of the standard`, () => {
    assert.deepEqual(Object.fromEntries(characteristics(attributes)), expected[id]);
  });
}

test('a complex attribute has sub-attributes and no other has', () => {
  const check = (attribute: Attribute): void => {
    assert.equal(attribute.subAttributes !== undefined, attribute.type === 'complex', attribute.name);
    attribute.subAttributes?.forEach(check);
  };
  for (const { attributes } of ALL) attributes.forEach(check);
});

test('the description of User is what reference tests look for', () => {
  assert.equal(USER_SCHEMA.description, 'User Account');
});

test('schemas cannot be changed', () => {
  assert.throws(() => Object.assign(USER_SCHEMA.attributes[0] as object, { required: false }), TypeError);
  assert.throws(() => (USER_SCHEMA.attributes as Attribute[]).pop(), TypeError);
});

test('RFC 7643 8.7.1: a schema document says what clients may rely on', () => {
  const document = schemaDocument(GROUP_SCHEMA, BASE_URL);
  assert.deepEqual(document.schemas, ['urn:ietf:params:scim:schemas:core:2.0:Schema']);
  assert.deepEqual(document.meta, {
    resourceType: 'Schema',
    location: `${BASE_URL}/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group`,
  });
  assert.deepEqual((document.attributes as unknown[])[0], {
    name: 'displayName',
    type: 'string',
    multiValued: false,
    description: 'The name of the group as it is shown.',
    required: true,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
  });
});

test('a schema document leaves out what an attribute does not have', () => {
  const { attributes } = JSON.parse(JSON.stringify(schemaDocument(USER_SCHEMA, BASE_URL))) as {
    attributes: Record<string, unknown>[];
  };
  const active = attributes.find(({ name }) => name === 'active') ?? {};
  for (const key of ['caseExact', 'canonicalValues', 'referenceTypes', 'subAttributes'])
    assert.ok(!(key in active), key);
});

test('RFC 7643 8.6: a resource type document names its endpoint, schema and extensions', () => {
  assert.deepEqual(resourceTypeDocument(USER_TYPE, BASE_URL), {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: 'User Account',
    schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
    schemaExtensions: [{ schema: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', required: false }],
    meta: { resourceType: 'ResourceType', location: `${BASE_URL}/ResourceTypes/User` },
  });
  assert.deepEqual(resourceTypeDocument(GROUP_TYPE, BASE_URL).schemaExtensions, []);
});

test('RFC 7643 8.5: the configuration document holds every required attribute of its schema', () => {
  const document = serviceProviderConfigDocument(
    {
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 4_194_304 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: 100 },
      authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Bearer', description: 'A token', primary: true }],
    },
    BASE_URL,
  );
  const names = new Set(Object.keys(document));
  for (const { name, required } of SERVICE_PROVIDER_CONFIG_SCHEMA.attributes) {
    if (required) assert.ok(names.has(name), name);
  }
  assert.deepEqual(document.schemas, ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig']);
  assert.equal((document.pagination as { cursor: boolean }).cursor, true);
  assert.ok(!names.has('documentationUri'));
});
