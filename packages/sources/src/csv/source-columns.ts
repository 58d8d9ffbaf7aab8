import type { SourceObjectType } from '../source.ts';

/** Entra's names of the attributes that a user row usually has. @see reference section d.3 of Entra's mapping names */
const USER_ATTRIBUTES = [
  'objectId',
  'userPrincipalName',
  'originalUserPrincipalName',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'otherMails',
  'proxyAddresses',
  'mailNickname',
  'jobTitle',
  'department',
  'companyName',
  'accountEnabled',
  'manager',
  'preferredLanguage',
  'usageLocation',
  'telephoneNumber',
  'mobile',
  'facsimileTelephoneNumber',
  'physicalDeliveryOfficeName',
  'streetAddress',
  'city',
  'state',
  'postalCode',
  'country',
  'employeeId',
  'immutableId',
  'userType',
] as const;

const GROUP_ATTRIBUTES = [
  'objectId',
  'displayName',
  'description',
  'mail',
  'mailNickname',
  'mailEnabled',
  'securityEnabled',
  'members',
  'memberGroups',
] as const;

/** The columns without which a row cannot be used. */
export const REQUIRED_ATTRIBUTES: Readonly<Record<SourceObjectType, readonly string[]>> = {
  User: ['objectId', 'userPrincipalName'],
  Group: ['objectId', 'displayName'],
};

/** Columns that are read into `members` and are no attributes. */
export const MEMBER_COLUMNS = { users: 'members', groups: 'memberGroups' } as const;

const CANONICAL: Readonly<Record<SourceObjectType, ReadonlyMap<string, string>>> = {
  User: canonicalNames(USER_ATTRIBUTES),
  Group: canonicalNames(GROUP_ATTRIBUTES),
};

/** Entra's spelling of a header that names a known attribute in any case; other headers name themselves. */
export function attributeOfHeader(type: SourceObjectType, header: string): string {
  return CANONICAL[type].get(header.toLowerCase()) ?? header;
}

function canonicalNames(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...names.map((name) => [name.toLowerCase(), name] as const), ['id', 'objectId']]);
}
