import type { Attribute } from './attribute.ts';
import { defineAttribute, definePlural, defineSchema, primary, type } from './define.ts';

const NAME = defineAttribute('name', 'The parts of the name of the person.', {
  subAttributes: [
    defineAttribute('formatted', 'The whole name with all its parts, as it is shown.'),
    defineAttribute('familyName', 'The family name, or last name.'),
    defineAttribute('givenName', 'The given name, or first name.'),
    defineAttribute('middleName', 'The middle names.'),
    defineAttribute('honorificPrefix', 'Titles before the name.'),
    defineAttribute('honorificSuffix', 'What follows the name.'),
  ],
});

const EMAILS = definePlural('emails', 'E-mail addresses of the person.', {
  value: defineAttribute('value', 'The e-mail address.'),
  types: ['work', 'home', 'other'],
});

const PHONE_NUMBERS = definePlural('phoneNumbers', 'Telephone numbers of the person.', {
  value: defineAttribute('value', 'The telephone number.'),
  types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
});

const IMS = definePlural('ims', 'Instant messaging addresses of the person.', {
  value: defineAttribute('value', 'The instant messaging address.'),
  types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
});

const PHOTOS = definePlural('photos', 'Addresses of pictures of the person.', {
  value: defineAttribute('value', 'The address of the picture.', { type: 'reference', referenceTypes: ['external'] }),
  types: ['photo', 'thumbnail'],
});

// `primary` is among the default sub-attributes of RFC 7643 2.4 and in the example of 8.2, though the
// example schema of 8.7.1 has forgotten it here.
const ADDRESSES = defineAttribute('addresses', 'Postal addresses of the person.', {
  multiValued: true,
  subAttributes: [
    defineAttribute('formatted', 'The whole address as it is printed on a letter; it may hold line breaks.'),
    defineAttribute('streetAddress', 'Street, house number and what else stands above the place.'),
    defineAttribute('locality', 'The city or place.'),
    defineAttribute('region', 'The state or region.'),
    defineAttribute('postalCode', 'The postal code.'),
    defineAttribute('country', 'The country, as the two letters of ISO 3166-1.'),
    type('addresses', ['work', 'home', 'other']),
    primary('addresses'),
  ],
});

const GROUPS = defineAttribute('groups', 'Groups that the person is in, directly or through other groups.', {
  multiValued: true,
  mutability: 'readOnly',
  subAttributes: [
    defineAttribute('value', 'The id of the group.', { mutability: 'readOnly' }),
    defineAttribute('$ref', 'The address of the group.', {
      type: 'reference',
      referenceTypes: ['User', 'Group'],
      mutability: 'readOnly',
    }),
    defineAttribute('display', 'The name of the group.', { mutability: 'readOnly' }),
    defineAttribute('type', 'Whether the person is in the group itself or in one of its groups.', {
      canonicalValues: ['direct', 'indirect'],
      mutability: 'readOnly',
    }),
  ],
});

const ENTITLEMENTS = definePlural('entitlements', 'Things that the person is entitled to.', {
  value: defineAttribute('value', 'The entitlement.'),
});

const ROLES = definePlural('roles', 'Roles of the person.', {
  value: defineAttribute('value', 'The role.'),
});

const X509_CERTIFICATES = definePlural('x509Certificates', 'Certificates that were issued to the person.', {
  value: defineAttribute('value', 'The certificate: DER, in base64.', { type: 'binary' }),
});

const SINGULAR: readonly Attribute[] = [
  defineAttribute('userName', 'The name by which the person signs in; unique in the service provider.', {
    required: true,
    uniqueness: 'server',
  }),
  NAME,
  defineAttribute('displayName', 'The name of the person as it is shown to others.'),
  defineAttribute('nickName', 'The casual name of the person.'),
  defineAttribute('profileUrl', 'The address of a page about the person.', {
    type: 'reference',
    referenceTypes: ['external'],
  }),
  defineAttribute('title', 'The job title.'),
  defineAttribute('userType', 'The relation of the person to the organization.'),
  defineAttribute('preferredLanguage', 'The language that the person prefers, as in Accept-Language.'),
  defineAttribute('locale', 'How dates, numbers and currency are written for the person: a language tag.'),
  defineAttribute('timezone', 'The time zone, by its name in the IANA database.'),
  defineAttribute('active', 'Whether the account may be used.', { type: 'boolean' }),
  defineAttribute('password', 'A password in clear text; it is never returned.', {
    caseExact: true,
    mutability: 'writeOnly',
    returned: 'never',
  }),
];

/**
 * The schema of a user.
 *
 * Its description is worded as in the standard: Microsoft's reference tests look for these two words.
 *
 * @see RFC 7643 4.1, 8.7.1
 */
export const USER_SCHEMA = defineSchema({
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User Account',
  attributes: [
    ...SINGULAR,
    EMAILS,
    PHONE_NUMBERS,
    IMS,
    PHOTOS,
    ADDRESSES,
    GROUPS,
    ENTITLEMENTS,
    ROLES,
    X509_CERTIFICATES,
  ],
});
