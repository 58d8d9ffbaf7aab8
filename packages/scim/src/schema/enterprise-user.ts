import { defineAttribute, defineSchema } from './define.ts';

const MANAGER = defineAttribute('manager', "The person's manager: another user of the service provider.", {
  subAttributes: [
    defineAttribute('value', 'The id of the manager.'),
    defineAttribute('$ref', 'The address of the manager.', { type: 'reference', referenceTypes: ['User'] }),
    defineAttribute('displayName', "The manager's displayName.", { mutability: 'readOnly' }),
  ],
});

/**
 * The extension of users for organizations.
 *
 * @see RFC 7643 4.3, 8.7.1
 */
export const ENTERPRISE_USER_SCHEMA = defineSchema({
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'What an organization keeps of a user who belongs to it',
  attributes: [
    defineAttribute('employeeNumber', 'The number or code by which the organization knows the person.'),
    defineAttribute('costCenter', 'The cost center.'),
    defineAttribute('organization', 'The organization.'),
    defineAttribute('division', 'The division.'),
    defineAttribute('department', 'The department.'),
    MANAGER,
  ],
});
