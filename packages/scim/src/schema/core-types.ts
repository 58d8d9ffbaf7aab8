import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.ts';
import { GROUP_SCHEMA } from './group.ts';
import type { ResourceType } from './resource-type.ts';
import { USER_SCHEMA } from './user.ts';

/** Users, with the enterprise extension. @see RFC 7643 4.1, 4.3, 6 */
export const USER_TYPE: ResourceType = Object.freeze({
  id: 'User',
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: USER_SCHEMA,
  schemaExtensions: Object.freeze([Object.freeze({ schema: ENTERPRISE_USER_SCHEMA, required: false })]),
});

/** Groups. @see RFC 7643 4.2, 6 */
export const GROUP_TYPE: ResourceType = Object.freeze({
  id: 'Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: GROUP_SCHEMA,
  schemaExtensions: Object.freeze([]),
});
