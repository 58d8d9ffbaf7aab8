import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidSyntaxError, PayloadTooLargeError, ScimError } from '../error.ts';
import { printFilter } from '../filter/print.ts';
import { PATCH_OP_SCHEMA } from '../message/urns.ts';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import { schemasInUse } from '../resource/check.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { defineAttribute, defineSchema } from '../schema/define.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { recordedQuirks } from '../testing/recorded-quirks.ts';
import clients from '../vectors/entra-okta-patch.json' with { type: 'json' };
import filters from '../vectors/rfc7644-3.4.2.2-filters.json' with { type: 'json' };
import standard from '../vectors/rfc7644-3.5.2-patch.json' with { type: 'json' };
import refused from '../vectors/rfc7644-3.5.2-patch-refused.json' with { type: 'json' };
import { applyPatch } from './apply.ts';
import type { PatchResult } from './draft.ts';
import type { MemberDelta } from './members.ts';
import { parsePatch } from './parse.ts';

const TYPES: Readonly<Record<string, ResourceType>> = { User: USER_TYPE, Group: GROUP_TYPE };

interface Run {
  readonly before: JsonObject;
  readonly operations: Json;
  readonly type?: ResourceType;
  readonly quirks?: Iterable<Quirk>;
  readonly unknownAttributes?: 'ignore' | 'refuse';
}

function stored(resource: JsonObject, type: ResourceType): JsonObject {
  return { ...resource, schemas: schemasInUse(resource, type) };
}

function run({ before, operations, type = USER_TYPE, quirks = ALL_QUIRKS, unknownAttributes = 'refuse' }: Run) {
  const recorded = recordedQuirks(quirks);
  const body = { schemas: [PATCH_OP_SCHEMA], Operations: operations };
  const request = parsePatch(body, { quirks: recorded.quirks });
  const resource = deepFreeze(stored(before, type));
  const result = applyPatch({ resource, type, ...request, quirks: recorded.quirks, unknownAttributes });
  return { resource, result, used: [...recorded.used].sort() };
}

/** Nothing that a PATCH is given may be written into. */
function deepFreeze<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

function assertOutcome(
  before: JsonObject,
  after: JsonObject | undefined,
  result: PatchResult,
  type: ResourceType,
): void {
  if (after === undefined) {
    assert.equal(result.resource, before, 'the same object');
    assert.deepEqual(result.changes, []);
    return;
  }
  assert.deepEqual(result.resource, stored(after, type));
  assert.deepEqual(applyChanges(before, result), { ...after, schemas: result.resource.schemas });
}

/** The changes alone must lead from the resource before to the one after. */
function applyChanges(before: JsonObject, { resource, changes }: PatchResult): JsonObject {
  const replayed: Record<string, Json> = { ...before, schemas: resource.schemas ?? [] };
  for (const { attribute, before: was, after } of changes) {
    assert.deepEqual(was, before[attribute]);
    if (after === undefined) delete replayed[attribute];
    else replayed[attribute] = after;
  }
  return replayed;
}

interface StandardCase {
  readonly name: string;
  readonly before: JsonObject;
  readonly operations: Json;
  readonly after?: JsonObject;
}

describe('RFC 7644 3.5.2 PATCH, no tolerance allowed', () => {
  for (const { name, before, operations, after } of standard.cases as unknown as StandardCase[]) {
    test(name, () => {
      const { resource, result } = run({ before, operations, quirks: [] });
      assertOutcome(resource, after, result, USER_TYPE);
      assert.deepEqual(result.members, []);
    });
  }
});

interface Step {
  readonly name: string;
  readonly operations: Json;
  readonly after?: JsonObject;
  readonly members?: readonly MemberDelta[];
  readonly quirks: readonly Quirk[];
}

interface Scenario {
  readonly scenario: string;
  readonly type: string;
  readonly before: JsonObject;
  readonly steps: readonly Step[];
}

for (const { scenario, type: typeName, before, steps } of clients.scenarios as unknown as Scenario[]) {
  const type = TYPES[typeName] ?? assert.fail(typeName);
  describe(scenario, () => {
    let current = before;
    for (const { name, operations, after, members = [], quirks } of steps) {
      const start = current;
      current = after ?? current;
      test(name, () => {
        const { resource, result, used } = run({ before: start, operations, type, quirks });
        assertOutcome(resource, after, result, type);
        assert.deepEqual(result.members, members);
        assert.deepEqual(used, [...quirks].sort());
      });
    }
  });
}

describe('a tolerance that is not allowed does not happen', () => {
  const scenarios = clients.scenarios as unknown as Scenario[];
  for (const { scenario, type: typeName, before, steps } of scenarios) {
    const type = TYPES[typeName] ?? assert.fail(typeName);
    let current = before;
    for (const { name, operations, after = current, members = [], quirks } of steps) {
      const start = current;
      current = after;
      for (const missing of quirks) {
        test(`${missing}: ${scenario}: ${name}`, () => {
          const allowed = quirks.filter((quirk) => quirk !== missing);
          const outcome = tryRun({ before: start, operations, type, quirks: allowed });
          const wanted = { resource: stored(after, type), members };
          assert.notDeepEqual(outcome, wanted);
        });
      }
    }
  }

  test('each tolerance has a vector', () => {
    const inPatch = scenarios.flatMap(({ steps }) => steps.flatMap(({ quirks }) => quirks));
    const inFilters = filters.cases.flatMap((vector) => vector.slice(3) as Quirk[]);
    assert.deepEqual([...new Set([...inPatch, ...inFilters])].sort(), [...ALL_QUIRKS].sort());
  });
});

/** What a request comes to; undefined when it is refused. */
function tryRun(request: Run): Pick<PatchResult, 'resource' | 'members'> | undefined {
  try {
    const { resource, members } = run(request).result;
    return { resource, members };
  } catch (error) {
    assert.ok(error instanceof ScimError, String(error));
    return undefined;
  }
}

interface RefusedCase {
  readonly name: string;
  readonly operations: Json;
  readonly scimType: string;
  readonly says?: string;
  readonly quirks?: readonly Quirk[];
  readonly ignoreUnknown?: boolean;
}

const user: JsonObject = {
  userName: 'a',
  active: true,
  emails: [
    { value: '1@x.example', type: 'work' },
    { value: '2@x.example', type: 'home' },
  ],
};
const strictly = new Set([...ALL_QUIRKS].filter((quirk) => quirk !== 'unknown-attribute-ignored'));

describe('PATCH requests that are refused', () => {
  for (const { name, operations, scimType, says = '', quirks, ignoreUnknown } of refused.cases as RefusedCase[]) {
    test(`${name}: ${scimType}`, () => {
      const unknownAttributes = ignoreUnknown ? 'ignore' : 'refuse';
      assert.throws(
        () => run({ before: user, operations, quirks: quirks ?? strictly, unknownAttributes }),
        (error) => {
          assert.ok(error instanceof ScimError, String(error));
          assert.equal(error.status, 400, error.message);
          assert.equal(error.scimType, scimType, error.message);
          assert.match(error.message, new RegExp(says));
          return true;
        },
      );
    });
  }
});

describe('the body of a PATCH', () => {
  const { quirks } = recordedQuirks();
  const operations = [{ op: 'remove', path: 'title' }];

  test('names are read in any case', () => {
    const request = parsePatch(
      { Schemas: [PATCH_OP_SCHEMA], operations: [{ Op: 'remove', PATH: 'title' }] },
      { quirks },
    );
    assert.equal(request.operations[0]?.path?.text, 'title');
  });

  test('the URN is compared without regard to case', () => {
    assert.equal(
      parsePatch({ schemas: [PATCH_OP_SCHEMA.toUpperCase()], Operations: operations }, { quirks }).operations.length,
      1,
    );
  });

  for (const schemas of [undefined, [], 'x', ['urn:example:x'], [5]]) {
    test(`schemas ${JSON.stringify(schemas)} is invalidSyntax`, () => {
      const body = { ...(schemas !== undefined && { schemas }), Operations: operations };
      assert.throws(() => parsePatch(body, { quirks }), InvalidSyntaxError);
    });
  }

  for (const wrong of [undefined, null, {}, 'x']) {
    test(`Operations ${JSON.stringify(wrong)} is invalidSyntax`, () => {
      const body = { schemas: [PATCH_OP_SCHEMA], ...(wrong !== undefined && { Operations: wrong }) };
      assert.throws(() => parsePatch(body, { quirks }), InvalidSyntaxError);
    });
  }

  test('a thousand operations pass, one more is 413', () => {
    const many = (count: number) => ({ schemas: [PATCH_OP_SCHEMA], Operations: Array(count).fill(operations[0]) });
    assert.equal(parsePatch(many(1000), { quirks }).operations.length, 1000);
    assert.throws(() => parsePatch(many(1001), { quirks }), PayloadTooLargeError);
  });
});

describe('members', () => {
  const group: JsonObject = { displayName: 'G' };
  const membersOf = (operations: Json, quirks: Iterable<Quirk> = ALL_QUIRKS) =>
    run({ before: group, operations, type: GROUP_TYPE, quirks }).result.members;

  test('a filter on more than ids is left to whoever has the members', () => {
    const [delta, ...rest] = membersOf([{ op: 'remove', path: 'members[type eq "Group" and value ne "x"]' }]);
    assert.equal(
      delta?.kind === 'removeWhere' && printFilter(delta.filter),
      'members.type eq "group" and not (members.value eq "x")',
    );
    assert.deepEqual(rest, []);
  });

  test('10,000 members in one operation', () => {
    const value = Array.from({ length: 10_000 }, (_, index) => ({ value: `u${index}` }));
    const [delta] = membersOf([{ op: 'add', path: 'members', value }]);
    assert.equal(delta?.kind === 'add' && delta.members.length, 10_000);
  });

  test('a member who is given twice counts as given first', () => {
    const deltas = membersOf([
      { op: 'add', path: 'members', value: [{ value: 'x', type: 'Group' }] },
      { op: 'add', path: 'members', value: [{ value: 'x' }, { value: 'y' }] },
    ]);
    assert.deepEqual(deltas, [{ kind: 'add', members: [{ value: 'x', type: 'Group' }, { value: 'y' }] }]);
  });

  const refusals: [name: string, operation: JsonObject, scimType: string][] = [
    ['a member without an id', { op: 'add', path: 'members', value: [{ display: 'x' }] }, 'invalidValue'],
    ['an empty id', { op: 'add', path: 'members', value: [{ value: '' }] }, 'invalidValue'],
    ['an id that is no string', { op: 'add', path: 'members', value: [{ value: 5 }] }, 'invalidValue'],
    ['a removal of what has no id', { op: 'remove', path: 'members', value: [{ type: 'User' }] }, 'invalidValue'],
    ['a sub-attribute of all', { op: 'remove', path: 'members.value' }, 'mutability'],
    ['a sub-attribute of one', { op: 'replace', path: 'members[value eq "x"].value', value: 'y' }, 'mutability'],
    [
      'a member in another one’s place',
      { op: 'replace', path: 'members[value eq "x"]', value: { value: 'y' } },
      'mutability',
    ],
    ['a sub-attribute’s removal', { op: 'remove', path: 'members[value eq "x"].type' }, 'mutability'],
    ['an unknown sub-attribute in the filter', { op: 'remove', path: 'members[id eq "x"]' }, 'invalidPath'],
    ['a number', { op: 'add', path: 'members', value: 5 }, 'invalidValue'],
  ];
  for (const [name, operation, scimType] of refusals) {
    test(`${name} is ${scimType}`, () => {
      assert.throws(() => membersOf([operation]), { scimType });
    });
  }

  const intolerant: [name: string, operation: JsonObject][] = [
    ['remove with values would empty the group', { op: 'remove', path: 'members', value: [{ value: 'x' }] }],
    ['a single object', { op: 'add', path: 'members', value: { value: 'x' } }],
    ['bare ids', { op: 'add', path: 'members', value: ['x'] }],
    ['null without a path', { op: 'replace', value: { members: null } }],
  ];
  for (const [name, operation] of intolerant) {
    test(`without its tolerance: ${name} is invalidValue`, () => {
      assert.throws(() => membersOf([operation], []), { scimType: 'invalidValue' });
    });
  }
});

describe('attributes that never change once they have a value', () => {
  const attribute = (name: string, definition: Partial<Attribute> = {}) => defineAttribute(name, 'A test.', definition);
  const badge = attribute('badge', {
    subAttributes: [attribute('number', { mutability: 'immutable' }), attribute('colour')],
  });
  const keys = attribute('keys', {
    multiValued: true,
    subAttributes: [attribute('value', { mutability: 'immutable' }), attribute('room')],
  });
  const type: ResourceType = {
    ...USER_TYPE,
    schema: defineSchema({
      id: 'urn:example:test:1.0:Thing',
      name: 'Thing',
      description: 'A test.',
      attributes: [
        attribute('serial', { mutability: 'immutable' }),
        attribute('tags', { multiValued: true }),
        badge,
        keys,
      ],
    }),
    schemaExtensions: [],
  };
  const thing: JsonObject = { serial: '1', badge: { number: '7', colour: 'red' }, keys: [{ value: 'k1', room: 'a' }] };
  const patch = (operation: JsonObject, before = thing) =>
    run({ before, operations: [operation], type }).result.resource;

  test('the same value is no change', () => {
    assert.equal(patch({ op: 'replace', path: 'serial', value: '1' }).serial, '1');
  });

  test('the first value is taken', () => {
    assert.equal(patch({ op: 'add', path: 'serial', value: '2' }, {}).serial, '2');
    assert.deepEqual(patch({ op: 'add', path: 'badge.number', value: '8' }, {}).badge, { number: '8' });
  });

  test('a whole element with one may go', () => {
    assert.equal(patch({ op: 'remove', path: 'keys[value eq "k1"]' }).keys, undefined);
  });

  test('what lies beside one may change', () => {
    assert.deepEqual(patch({ op: 'replace', path: 'badge.colour', value: 'blue' }).badge, {
      number: '7',
      colour: 'blue',
    });
    assert.deepEqual(patch({ op: 'replace', path: 'keys[value eq "k1"].room', value: 'b' }).keys, [
      { value: 'k1', room: 'b' },
    ]);
  });

  const refusals: JsonObject[] = [
    { op: 'replace', path: 'serial', value: '2' },
    { op: 'remove', path: 'serial' },
    { op: 'replace', value: { serial: '2' } },
    { op: 'replace', path: 'badge.number', value: '8' },
    { op: 'replace', path: 'badge', value: { number: '8' } },
    { op: 'remove', path: 'badge.number' },
    { op: 'replace', path: 'keys[value eq "k1"].value', value: 'k2' },
    { op: 'remove', path: 'keys.value' },
  ];
  for (const operation of refusals) {
    test(`${JSON.stringify(operation)} is mutability`, () => {
      assert.throws(() => patch(operation), { scimType: 'mutability' });
    });
  }

  test('a list of simple values: add, add again, remove one by its value', () => {
    assert.deepEqual(patch({ op: 'add', path: 'tags', value: ['a', 'b'] }, { tags: ['A'] }).tags, ['a', 'b']);
    assert.deepEqual(patch({ op: 'remove', path: 'tags', value: ['B'] }, { tags: ['a', 'b'] }).tags, ['a']);
    assert.deepEqual(patch({ op: 'remove', path: 'tags', value: [] }, { tags: ['a', 'b'] }).tags, ['a', 'b']);
  });
});

describe('P14 what one PATCH may cost', () => {
  const emails = Array.from({ length: 1000 }, (_, index) => ({ value: `m${index}@x.example`, type: 'work' }));
  const crowded = { userName: 'a', emails };
  const times = (count: number, operation: JsonObject) => Array(count).fill(operation) as Json;
  const costly: [name: string, count: number, operation: JsonObject][] = [
    ['additions to a long list', 100, { op: 'add', path: 'emails', value: [{ value: 'new' }] }],
    ['value paths on a long list', 101, { op: 'replace', path: 'emails[value eq "m5@x.example"].display', value: 'x' }],
    [
      'value paths of several terms',
      51,
      { op: 'add', path: 'emails[value eq "m5@x.example" and type pr].display', value: 'x' },
    ],
    ['removals by value from a long list', 101, { op: 'remove', path: 'emails', value: [{ value: 'x' }] }],
  ];
  for (const [name, count, operation] of costly) {
    test(`${name}: one less passes, then 413`, () => {
      assert.ok(run({ before: crowded, operations: times(count - 1, operation) }).result);
      assert.throws(() => run({ before: crowded, operations: times(count, operation) }), PayloadTooLargeError);
    });
  }

  test('a long list is taken away from a long list in one look at each', () => {
    const { result } = run({ before: crowded, operations: [{ op: 'remove', path: 'emails', value: emails.slice(1) }] });
    assert.deepEqual(result.resource.emails, emails.slice(0, 1));
  });
});

test('P6 a refused password is not in the message', () => {
  assert.throws(
    () => run({ before: user, operations: [{ op: 'replace', path: 'password', value: ['hunter2', 'hunter3'] }] }),
    (error: Error) => !error.message.includes('hunter'),
  );
});
