import type { AttributeDefinition, AttributeLists, AttributeType } from './job-schema.ts';

/** The one attribute that no directory has: the engine computes it from the object's state and scope. */
export const IS_SOFT_DELETED = 'IsSoftDeleted';
/** The source's own id of an object under Entra's name; present even where the directory's row lacks it. */
export const OBJECT_ID = 'objectId';

const extensionAttributes = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);

/**
 * What a directory usually has, under Entra's names.
 *
 * @see Entra: "Customize attribute mappings", list of source attributes
 */
export const DEFAULT_SOURCE_ATTRIBUTES: AttributeLists = {
  User: [
    ...named('String', [
      OBJECT_ID,
      'userPrincipalName',
      'originalUserPrincipalName',
      'mail',
      'mailNickname',
      'displayName',
      'givenName',
      'surname',
      'jobTitle',
      'department',
      'companyName',
      'employeeId',
      'physicalDeliveryOfficeName',
      'streetAddress',
      'city',
      'state',
      'postalCode',
      'country',
      'telephoneNumber',
      'mobile',
      'facsimileTelephoneNumber',
      'preferredLanguage',
      'usageLocation',
      'immutableId',
      ...extensionAttributes,
    ]),
    ...named('Boolean', ['accountEnabled', IS_SOFT_DELETED]),
    { name: 'otherMails', type: 'String', multiValued: true },
    { name: 'proxyAddresses', type: 'String', multiValued: true },
  ],
  Group: [
    ...named('String', [OBJECT_ID, 'displayName', 'description', 'mail', 'mailNickname']),
    ...named('Boolean', ['mailEnabled', 'securityEnabled', IS_SOFT_DELETED]),
    { name: 'members', type: 'Reference', multiValued: true },
  ],
};

function named(type: AttributeType, names: readonly string[]): AttributeDefinition[] {
  return names.map((name) => ({ name, type }));
}
