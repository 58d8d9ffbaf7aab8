import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ALL_QUIRKS,
  applyPatch,
  type JsonObject,
  parsePatch,
  type Quirk,
  type Resource,
  USER_TYPE,
  validateResource,
} from '@rollcall/scim';
import fc from 'fast-check';
import { equalHits } from '../look-up.ts';
import { completeProfile } from '../profiles/profile.ts';
import type { AttributeChange, Dialect, TargetObject, TargetRequest } from '../target.ts';
import { buildCreate, buildUpdate } from './build-requests.ts';

/*
 * Every dialect has to say the same thing. A resource that is created with one set of mapped values and
 * updated to another, through the service provider's own reading of PATCH, must then hold the other set:
 * with all tolerances for every dialect, and with none for the one that claims to be the standard.
 */

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ATTRIBUTES = [
  'externalId',
  'displayName',
  'title',
  'name.givenName',
  'name.familyName',
  'emails[type eq "work"].value',
  'emails[type eq "home"].value',
  'phoneNumbers[type eq "mobile"].value',
  'addresses[type eq "work"].locality',
  'addresses[type eq "work"].country',
  'roles[primary eq "True"].value',
  'roles[primary eq "True"].display',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager`,
];

type Values = Readonly<Record<string, unknown>>;

const word = fc.stringMatching(/^[A-Za-zé"\\ß]{1,6}$/);
const values: fc.Arbitrary<Values> = fc
  .tuple(...ATTRIBUTES.map(() => fc.option(word, { nil: undefined, freq: 2 })), fc.boolean())
  .map((drawn) => ({
    userName: 'ann@example.com',
    ...Object.fromEntries(ATTRIBUTES.map((name, index) => [name, drawn[index]])),
    active: drawn.at(-1) ? 'True' : 'False',
  }));

function use(quirks: ReadonlySet<Quirk>) {
  return { quirks: { allowed: quirks, report: () => undefined }, unknownAttributes: 'refuse' } as const;
}

function created(request: TargetRequest, quirks: ReadonlySet<Quirk>): Resource {
  return validateResource(request.body as JsonObject, USER_TYPE, use(quirks)).resource;
}

function patched(resource: Resource, request: TargetRequest, quirks: ReadonlySet<Quirk>): Resource {
  const { operations } = parsePatch(request.body as JsonObject, use(quirks));
  return applyPatch({ resource, type: USER_TYPE, operations, ...use(quirks) }).resource;
}

function changesBetween(before: Values, after: Values): readonly AttributeChange[] {
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .map((attribute) => ({ attribute, value: after[attribute], previous: before[attribute] }));
}

function assertHolds(resource: Resource, expected: Values): void {
  const object = { ...resource, id: 'u1' } as TargetObject;
  for (const [attribute, value] of Object.entries(expected)) {
    if (value === undefined || attribute === 'active') continue;
    assert.equal(equalHits({ type: 'User', attribute, value: String(value) }, [object]).length, 1, attribute);
  }
  assert.equal(resource.active, expected.active === 'True');
}

function assertLacks(resource: Resource, expected: Values, before: Values): void {
  const object = { ...resource, id: 'u1' } as TargetObject;
  for (const attribute of ATTRIBUTES.filter((name) => expected[name] === undefined && before[name] !== undefined)) {
    const left = equalHits({ type: 'User', attribute, value: String(before[attribute]) }, [object]);
    assert.deepEqual(left, [], `${attribute} is cleared`);
  }
}

const cases: readonly (readonly [Dialect, ReadonlySet<Quirk>])[] = [
  ['rfc7644', new Set()],
  ['rfc7644', ALL_QUIRKS],
  ['entra', ALL_QUIRKS],
  ['entra-scim062020', ALL_QUIRKS],
  ['okta', ALL_QUIRKS],
];

describe('create and update come to the mapped values', () => {
  for (const [dialect, quirks] of cases) {
    test(`${dialect}, with ${quirks.size === 0 ? 'no' : 'every'} tolerance`, () => {
      const profile = completeProfile({ dialect });
      fc.assert(
        fc.property(values, values, (before, after) => {
          const resource = created(buildCreate('User', before, profile), quirks);
          assertHolds(resource, before);
          const changes = changesBetween(before, after);
          fc.pre(changes.length > 0);
          const request = buildUpdate('User', 'u1', changes, profile, { current: before });
          const updated = patched(resource, request, quirks);
          assertHolds(updated, after);
          assertLacks(updated, after, before);
        }),
        { numRuns: 200 },
      );
    });
  }
});
