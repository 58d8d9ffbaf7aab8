import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidValueError } from '../error.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { defineAttribute, defineSchema } from '../schema/define.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { project } from './project.ts';
import { type ProjectionRequest, parseProjection } from './projection.ts';
import type { JsonObject } from './resource.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const RESOURCE: JsonObject = {
  schemas: [USER, ENTERPRISE],
  id: '1',
  userName: 'ann',
  name: { givenName: 'Ann', familyName: 'B' },
  emails: [{ value: 'a', type: 'work' }, { value: 'b' }],
  active: true,
  [ENTERPRISE]: { department: 'x', manager: { value: 'm', displayName: 'M' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
};
const ALWAYS = { schemas: RESOURCE.schemas, id: '1' };

interface Case {
  readonly request: ProjectionRequest;
  readonly becomes: object;
}

function without(...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(RESOURCE).filter(([name]) => !names.includes(name)));
}

const CASES: readonly Case[] = [
  { request: { attributes: ['userName'] }, becomes: { ...ALWAYS, userName: 'ann' } },
  { request: { attributes: ['USERNAME', 'id'] }, becomes: { ...ALWAYS, userName: 'ann' } },
  { request: { attributes: [`${USER}:userName`] }, becomes: { ...ALWAYS, userName: 'ann' } },
  { request: { attributes: ['name'] }, becomes: { ...ALWAYS, name: RESOURCE.name } },
  { request: { attributes: ['name.givenName'] }, becomes: { ...ALWAYS, name: { givenName: 'Ann' } } },
  { request: { attributes: ['name.givenName', 'name'] }, becomes: { ...ALWAYS, name: RESOURCE.name } },
  { request: { attributes: ['name', 'name.givenName'] }, becomes: { ...ALWAYS, name: RESOURCE.name } },
  { request: { attributes: [`${USER}:name.familyName`] }, becomes: { ...ALWAYS, name: { familyName: 'B' } } },
  { request: { attributes: ['emails.value'] }, becomes: { ...ALWAYS, emails: [{ value: 'a' }, { value: 'b' }] } },
  { request: { attributes: ['emails.type'] }, becomes: { ...ALWAYS, emails: [{ type: 'work' }] } },
  { request: { attributes: ['emails.display'] }, becomes: ALWAYS },
  { request: { attributes: ['meta.version'] }, becomes: { ...ALWAYS, meta: { version: 'W/"1"' } } },
  { request: { attributes: [ENTERPRISE] }, becomes: { ...ALWAYS, [ENTERPRISE]: RESOURCE[ENTERPRISE] } },
  { request: { attributes: [`${ENTERPRISE}:department`] }, becomes: { ...ALWAYS, [ENTERPRISE]: { department: 'x' } } },
  {
    request: { attributes: [`${ENTERPRISE.toLowerCase()}:manager.value`] },
    becomes: { ...ALWAYS, [ENTERPRISE]: { manager: { value: 'm' } } },
  },
  { request: { attributes: ['password'] }, becomes: ALWAYS },
  { request: { attributes: ['title'] }, becomes: ALWAYS },
  { request: { excludedAttributes: ['emails', 'active'] }, becomes: without('emails', 'active') },
  { request: { excludedAttributes: ['id', 'schemas'] }, becomes: RESOURCE },
  {
    request: { excludedAttributes: ['name.givenName', 'emails.value'] },
    becomes: { ...RESOURCE, name: { familyName: 'B' }, emails: [{ type: 'work' }] },
  },
  { request: { excludedAttributes: [ENTERPRISE] }, becomes: without(ENTERPRISE) },
  {
    request: { excludedAttributes: [`${ENTERPRISE}:manager`] },
    becomes: { ...RESOURCE, [ENTERPRISE]: { department: 'x' } },
  },
  { request: { attributes: [], excludedAttributes: [] }, becomes: RESOURCE },
];

for (const { request, becomes } of CASES) {
  test(`RFC 7644 3.9 ${JSON.stringify(request)}`, () => {
    assert.deepEqual(project(RESOURCE, parseProjection(USER_TYPE, request, { unknown: 'refuse' })), becomes);
  });
}

test('the default projection is the same object when nothing is to be hidden', () => {
  assert.equal(project(RESOURCE, parseProjection(USER_TYPE, {}, { unknown: 'refuse' })), RESOURCE);
});

for (const request of [{}, { attributes: ['password', 'userName'] }, { excludedAttributes: ['title'] }]) {
  test(`S23 a password that got into a resource is not shown: ${JSON.stringify(request)}`, () => {
    const shown = project(
      { ...RESOURCE, password: 'canary' },
      parseProjection(USER_TYPE, request, { unknown: 'refuse' }),
    );
    assert.ok(!('password' in shown));
  });
}

test('what is returned on request only is shown when it is asked for', () => {
  const attributes = [
    defineAttribute('hint', '', { returned: 'request' }),
    defineAttribute('badge', '', {
      subAttributes: [defineAttribute('code', '', { returned: 'request' }), defineAttribute('colour', '')],
    }),
  ];
  const schema = defineSchema({ id: 'urn:example:thing', name: 'Thing', description: 'A thing', attributes });
  const type: ResourceType = { ...USER_TYPE, schema, schemaExtensions: [] };
  const thing = { id: '1', hint: 'h', badge: { code: 'c', colour: 'red' } };
  const show = (request: ProjectionRequest) => project(thing, parseProjection(type, request, { unknown: 'refuse' }));
  assert.deepEqual(show({}), { id: '1', badge: { colour: 'red' } });
  assert.deepEqual(show({ attributes: ['hint'] }), { id: '1', hint: 'h' });
  assert.deepEqual(show({ attributes: ['badge'] }), { id: '1', badge: { colour: 'red' } });
  assert.deepEqual(show({ attributes: ['badge.code'] }), { id: '1', badge: { code: 'c' } });
  assert.deepEqual(show({ excludedAttributes: ['badge'] }), { id: '1' });
});

test('unknown names are refused or ignored as the caller says', () => {
  for (const name of ['shoeSize', 'name.shoeSize', 'a.b.c', '__proto__', `${ENTERPRISE}:userName`, '']) {
    const request = { attributes: [name] };
    assert.throws(() => parseProjection(USER_TYPE, request, { unknown: 'refuse' }), InvalidValueError, name);
    assert.deepEqual(project(RESOURCE, parseProjection(USER_TYPE, request, { unknown: 'ignore' })), ALWAYS);
  }
  const excluded = parseProjection(USER_TYPE, { excludedAttributes: ['shoeSize'] }, { unknown: 'ignore' });
  assert.equal(project(RESOURCE, excluded), RESOURCE);
});

test('RFC 7644 3.9 both lists together are refused', () => {
  const request = { attributes: ['userName'], excludedAttributes: ['title'] };
  assert.throws(() => parseProjection(USER_TYPE, request, { unknown: 'ignore' }), InvalidValueError);
});

const WANTED: readonly [request: ProjectionRequest, members: boolean, id: boolean][] = [
  [{}, true, true],
  [{ excludedAttributes: ['members'] }, false, true],
  [{ excludedAttributes: ['members.display'] }, true, true],
  [{ excludedAttributes: ['id'] }, true, true],
  [{ attributes: ['displayName'] }, false, true],
  [{ attributes: ['MEMBERS.value'] }, true, true],
];

for (const [request, members, id] of WANTED) {
  test(`members need ${members ? '' : 'not '}be loaded for ${JSON.stringify(request)}`, () => {
    const projection = parseProjection(GROUP_TYPE, request, { unknown: 'refuse' });
    assert.equal(projection.wants('members'), members);
    assert.equal(projection.wants('id'), id);
  });
}

test('a password is never wanted', () => {
  const projection = parseProjection(USER_TYPE, { attributes: ['password'] }, { unknown: 'refuse' });
  assert.equal(projection.wants('password'), false);
});
