import { defineAttribute, defineSchema } from './define.ts';

const MEMBERS = defineAttribute('members', 'The users and groups that are in the group.', {
  multiValued: true,
  subAttributes: [
    defineAttribute('value', 'The id of the member.', { mutability: 'immutable' }),
    defineAttribute('$ref', 'The address of the member.', {
      type: 'reference',
      referenceTypes: ['User', 'Group'],
      mutability: 'immutable',
    }),
    defineAttribute('type', 'Whether the member is a user or a group.', {
      canonicalValues: ['User', 'Group'],
      mutability: 'immutable',
    }),
    defineAttribute('display', 'The name of the member; returned when it is asked for by name.', {
      mutability: 'readOnly',
      returned: 'request',
    }),
  ],
});

/**
 * The schema of a group.
 *
 * `displayName` is required, as RFC 7643 4.2 says in words; the example schema of 8.7.1 differs.
 *
 * @see RFC 7643 4.2, 8.7.1
 */
export const GROUP_SCHEMA = defineSchema({
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A named set of users and groups',
  attributes: [defineAttribute('displayName', 'The name of the group as it is shown.', { required: true }), MEMBERS],
});
