import type { Attribute } from './attribute.ts';
import { defineAttribute, readOnly } from './define.ts';

const META = readOnly(
  defineAttribute('meta', 'What the service provider knows about the resource itself.', {
    subAttributes: [
      defineAttribute('resourceType', 'The name of the resource type.', { caseExact: true }),
      defineAttribute('created', 'When the resource was made.', { type: 'dateTime' }),
      defineAttribute('lastModified', 'When the resource last changed.', { type: 'dateTime' }),
      defineAttribute('location', 'The address of the resource.', { type: 'reference', referenceTypes: ['uri'] }),
      defineAttribute('version', 'The version of the resource: its entity tag.', { caseExact: true }),
    ],
  }),
);

/**
 * The attributes that every resource has, whatever its schemas. Schema documents do not list them.
 *
 * @see RFC 7643 3 (schemas), 3.1 (id, externalId, meta)
 */
export const COMMON_ATTRIBUTES: readonly Attribute[] = Object.freeze([
  defineAttribute('schemas', 'The URNs of the schemas whose attributes the resource may hold.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    required: true,
    caseExact: false,
    returned: 'always',
  }),
  defineAttribute('id', 'The identifier that the service provider gave to the resource; it never changes.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  defineAttribute('externalId', 'The identifier that the provisioning client gave to the resource.', {
    caseExact: true,
  }),
  META,
]);
