import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUP_TYPE, USER_TYPE } from './core-types.ts';
import { defineAttribute, defineSchema } from './define.ts';
import { extensionAttribute, subAttributePath } from './extension-attribute.ts';
import { type AttributeName, findAttribute, findExtension, findExtensionAttribute, foldName } from './lookup.ts';
import type { ResourceType } from './resource-type.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const FOUND: readonly [name: AttributeName, path: string][] = [
  [{ attribute: 'userName' }, 'userName'],
  [{ attribute: 'USERNAME' }, 'userName'],
  [{ attribute: 'id' }, 'id'],
  [{ attribute: 'ExternalID' }, 'externalId'],
  [{ attribute: 'schemas' }, 'schemas'],
  [{ attribute: 'meta', subAttribute: 'lastmodified' }, 'meta.lastModified'],
  [{ attribute: 'name', subAttribute: 'givenName' }, 'name.givenName'],
  [{ attribute: 'groups', subAttribute: '$ref' }, 'groups.$ref'],
  [{ urn: USER, attribute: 'userName' }, 'userName'],
  [{ urn: USER.toUpperCase(), attribute: 'NAME', subAttribute: 'FAMILYNAME' }, 'name.familyName'],
  [{ urn: USER, attribute: 'meta', subAttribute: 'created' }, 'meta.created'],
  [{ urn: ENTERPRISE, attribute: 'department' }, `${ENTERPRISE}:department`],
  [{ urn: ENTERPRISE.toLowerCase(), attribute: 'Manager', subAttribute: 'Value' }, `${ENTERPRISE}:manager.value`],
];

for (const [name, path] of FOUND) {
  test(`RFC 7644 3.10 ${JSON.stringify(name)} is ${path}`, () =>
    assert.equal(findAttribute(USER_TYPE, name)?.path, path));
}

const NOT_FOUND: readonly AttributeName[] = [
  { attribute: 'members' },
  { attribute: '' },
  { attribute: 'manager' },
  { attribute: 'userName', subAttribute: 'value' },
  { attribute: 'name', subAttribute: 'nickName' },
  { attribute: 'niC\u212aName'.replace('C', 'c') },
  { urn: ENTERPRISE, attribute: 'userName' },
  { urn: ENTERPRISE, attribute: 'id' },
  { urn: 'urn:example:none', attribute: 'userName' },
  { attribute: '__proto__' },
  { attribute: 'constructor' },
  { attribute: 'toString' },
  { urn: '__proto__', attribute: 'constructor' },
  { attribute: 'name', subAttribute: '__proto__' },
];

for (const name of NOT_FOUND) {
  test(`P3 S4 ${JSON.stringify(name)} is no attribute of a user`, () =>
    assert.equal(findAttribute(USER_TYPE, name), undefined));
}

test('what is found says which schema has it and whether it is an extension', () => {
  const manager = findAttribute(USER_TYPE, { urn: ENTERPRISE, attribute: 'manager', subAttribute: 'value' });
  assert.equal(manager?.extension, true);
  assert.equal(manager?.schema.id, ENTERPRISE);
  assert.equal(manager?.attribute.name, 'manager');
  assert.equal(manager?.leaf.name, 'value');
  const id = findAttribute(USER_TYPE, { attribute: 'id' });
  assert.equal(id?.extension, false);
  assert.equal(id?.schema.id, USER);
});

test('an attribute of an extension is found without its URN only when it can mean nothing else', () => {
  assert.equal(findExtensionAttribute(USER_TYPE, { attribute: 'MANAGER' })?.path, `${ENTERPRISE}:manager`);
  const value = findExtensionAttribute(USER_TYPE, { attribute: 'manager', subAttribute: 'value' });
  assert.equal(value?.path, `${ENTERPRISE}:manager.value`);
  assert.equal(findExtensionAttribute(USER_TYPE, { attribute: 'userName' }), undefined);
  assert.equal(findExtensionAttribute(GROUP_TYPE, { attribute: 'manager' }), undefined);

  const again = defineSchema({
    id: 'urn:example:again',
    name: 'Again',
    description: 'Has an attribute of the same name, and one that the core has',
    attributes: [defineAttribute('manager', 'Another manager.'), defineAttribute('title', 'Another title.')],
  });
  const schemaExtensions = [...USER_TYPE.schemaExtensions, { schema: again, required: false }];
  const type: ResourceType = { ...USER_TYPE, schemaExtensions };
  assert.equal(findExtensionAttribute(type, { attribute: 'manager' }), undefined);
  assert.equal(findExtensionAttribute(type, { attribute: 'title' }), undefined);
  assert.equal(findExtensionAttribute(type, { attribute: 'department' })?.path, `${ENTERPRISE}:department`);
});

test('extensions are found by their URN in any case', () => {
  assert.equal(findExtension(USER_TYPE, ENTERPRISE.toUpperCase())?.schema.id, ENTERPRISE);
  assert.equal(findExtension(USER_TYPE, USER), undefined);
  assert.equal(findExtension(USER_TYPE, '__proto__'), undefined);
});

test('an extension is a complex attribute whose parts are named after a colon', () => {
  const extension = findExtension(USER_TYPE, ENTERPRISE);
  assert.ok(extension);
  const attribute = extensionAttribute(extension.schema);
  assert.equal(attribute, extensionAttribute(extension.schema));
  assert.equal(attribute.type, 'complex');
  assert.equal(subAttributePath(attribute, ENTERPRISE, 'department'), `${ENTERPRISE}:department`);
});

test('only ASCII letters of names are folded', () => {
  assert.equal(foldName('DisplayName'), 'displayname');
  assert.equal(foldName('\u212a'), '\u212a');
});
