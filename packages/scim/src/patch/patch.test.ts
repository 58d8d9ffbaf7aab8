import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PayloadTooLargeError, ScimError } from '../error.ts';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { type PatchRun, runPatch, stored } from '../testing/patch-run.ts';
import clients from '../vectors/entra-okta-patch.json' with { type: 'json' };
import filters from '../vectors/rfc7644-3.4.2.2-filters.json' with { type: 'json' };
import standard from '../vectors/rfc7644-3.5.2-patch.json' with { type: 'json' };
import refused from '../vectors/rfc7644-3.5.2-patch-refused.json' with { type: 'json' };
import type { PatchResult } from './draft.ts';
import type { MemberDelta } from './members.ts';

const TYPES: Readonly<Record<string, ResourceType>> = { User: USER_TYPE, Group: GROUP_TYPE };

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
      const { resource, result } = runPatch({ before, operations, quirks: [] });
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
        const { resource, result, used } = runPatch({ before: start, operations, type, quirks });
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
function tryRun(request: PatchRun): Pick<PatchResult, 'resource' | 'members'> | undefined {
  try {
    const { resource, members } = runPatch(request).result;
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
        () => runPatch({ before: user, operations, quirks: quirks ?? strictly, unknownAttributes }),
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
      assert.ok(runPatch({ before: crowded, operations: times(count - 1, operation) }).result);
      assert.throws(() => runPatch({ before: crowded, operations: times(count, operation) }), PayloadTooLargeError);
    });
  }

  test('a long list is taken away from a long list in one look at each', () => {
    const { result } = runPatch({
      before: crowded,
      operations: [{ op: 'remove', path: 'emails', value: emails.slice(1) }],
    });
    assert.deepEqual(result.resource.emails, emails.slice(0, 1));
  });
});

test('P6 a refused password is not in the message', () => {
  assert.throws(
    () => runPatch({ before: user, operations: [{ op: 'replace', path: 'password', value: ['hunter2', 'hunter3'] }] }),
    (error: Error) => !error.message.includes('hunter'),
  );
});
