import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALL_QUIRKS,
  applyPatch,
  evaluateElementFilter,
  GROUP_TYPE,
  type JsonObject,
  type MemberDelta,
  parsePatch,
  parseProjection,
  project,
  type Resource,
  ScimError,
  USER_TYPE,
} from '@rollcall/scim';
import fc from 'fast-check';
import { create, ENTERPRISE, group, patch, query, USER, user } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

const STEPS = 250;
const SEED = Number(process.env.ROLLCALL_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

// --- users ----------------------------------------------------------------------------------------

const word = fc.constantFrom('a', 'B', 'ann@example.com', 'Zoë', '😀', "O'x", '', 'True', 'work', '0');
const email = fc.record(
  { value: word, type: fc.constantFrom('work', 'home'), primary: fc.boolean(), display: word },
  { requiredKeys: ['value'] },
);
const path = fc.constantFrom(
  'displayName',
  'title',
  'active',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq true].display',
  'emails[value sw "a"]',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager`,
  'manager',
  ENTERPRISE,
  'userName',
  'externalId',
  'roles',
  'id',
  'groups',
  'shoeSize',
  'emails[',
);
const value = fc.oneof(
  word,
  fc.boolean(),
  fc.constantFrom('True', 'False'),
  fc.array(email, { maxLength: 3 }),
  email,
  fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
  fc.record({ value: word }),
  fc.record({ department: word, costCenter: word }, { requiredKeys: [] }),
  fc.constant(null),
);
/** Paths with values of their own kind, so that most of them are accepted. */
const fitting = fc.oneof(
  ...(
    [
      ['displayName', word],
      ['title', word],
      ['active', fc.constantFrom(true, false, 'True', 'False')],
      ['name', fc.record({ givenName: word, familyName: word }, { requiredKeys: [] })],
      ['name.givenName', word],
      ['emails', fc.array(fc.record({ value: word, type: fc.constantFrom('work', 'home') }), { maxLength: 2 })],
      ['emails[type eq "work"].value', word],
      ['emails[type eq "home"].display', word],
      [`${ENTERPRISE}:department`, word],
      ['manager', fc.constantFrom('boss', { value: 'boss' }, [{ value: 'boss' }], { value: '' })],
      ['userName', fc.constantFrom('start', 'START', 'next')],
      ['externalId', word],
    ] as const
  ).map(([name, of]) => of.map((each: unknown) => ({ op: 'replace', path: name, value: each }))),
);
const pathless = fc.record({
  op: fc.constantFrom('add', 'replace', 'Replace'),
  value: fc.oneof(
    fc.dictionary(
      fc.constantFrom(
        'displayName',
        'title',
        'name.givenName',
        'active',
        'emails',
        `${ENTERPRISE}:department`,
        'groups',
        'x',
      ),
      value,
      { maxKeys: 3 },
    ),
    value,
  ),
});
const operation = fc.oneof(
  { weight: 12, arbitrary: fitting },
  { weight: 5, arbitrary: fc.record({ op: fc.constantFrom('add', 'replace', 'Add', 'Replace'), path, value }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('remove', 'Remove'), path }) },
  { weight: 2, arbitrary: pathless },
);
const projection = fc.option(
  fc.tuple(
    fc.constantFrom('attributes', 'excludedAttributes'),
    fc.subarray(
      [
        'displayName',
        'emails.value',
        'name',
        'name.givenName',
        ENTERPRISE,
        `${ENTERPRISE}:department`,
        'meta',
        'active',
        'x',
      ],
      { minLength: 1 },
    ),
  ),
  { nil: undefined },
);

const QUIRKS = { allowed: ALL_QUIRKS, report: () => undefined };

/** What the operations make of a resource, or how they are refused. */
function expectedOf(resource: Resource, operations: readonly object[]): Resource | ScimError {
  try {
    const parsed = parsePatch(patch(...operations) as JsonObject, { quirks: QUIRKS });
    const input = {
      resource,
      operations: parsed.operations,
      type: USER_TYPE,
      quirks: QUIRKS,
      unknownAttributes: 'ignore' as const,
    };
    return applyPatch(input).resource;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

const withoutOrder = (json: JsonObject): unknown => {
  const { meta: _, ...rest } = json;
  return rest;
};

async function step(
  endpoint: TestEndpoint,
  state: { readonly id: string; readonly stored: Resource },
  [operations, asked]: readonly [readonly object[], readonly [string, readonly string[]] | undefined],
): Promise<Resource> {
  const what = JSON.stringify({ operations, asked, stored: state.stored, seed: SEED });
  const expected = expectedOf(state.stored, operations);
  const parameters = asked ? { [asked[0]]: asked[1].join(',') } : {};
  const url = `/Users/${state.id}${asked ? query(parameters) : ''}`;
  const { status, json } = await endpoint.ask('PATCH', url, patch(...operations));
  if (expected instanceof ScimError) {
    assert.deepEqual([status, json.scimType], [expected.status, expected.scimType], what);
    const { json: read } = await endpoint.ask('GET', `/Users/${state.id}`);
    assert.deepEqual(withoutOrder(read), { id: state.id, ...state.stored }, what);
    return state.stored;
  }
  assert.equal(status, 200, `${what} ${JSON.stringify(json)}`);
  const shown = parseProjection(USER_TYPE, asked ? { [asked[0]]: asked[1] } : {}, { unknown: 'ignore' });
  assert.deepEqual(withoutOrder(json), withoutOrder(project({ id: state.id, ...expected }, shown)), what);
  return expected;
}

// --- members --------------------------------------------------------------------------------------

/** Member deltas on a plain set of ids: the slow, obvious twin of the member table. */
function applyToSet(
  members: ReadonlySet<string>,
  delta: MemberDelta,
  documentOf: (id: string) => JsonObject,
): ReadonlySet<string> {
  switch (delta.kind) {
    case 'add':
      return members.union(new Set(delta.members.map((member) => member.value)));
    case 'remove':
      return members.difference(new Set(delta.ids));
    case 'removeWhere':
      return new Set([...members].filter((id) => !evaluateElementFilter(delta.filter, documentOf(id))));
    case 'removeAll':
      return new Set();
    case 'replaceAll':
      return new Set(delta.members.map((member) => member.value));
  }
}

onSharedDatabase('PATCH at random', (open) => {
  test('P4 U1 hundreds of PATCHes over HTTP come to what they come to in memory, projected as asked, or leave all as it was', async (t) => {
    await using endpoint = await openEndpoint(await open());
    const body = user('start', { emails: [{ value: 'a', type: 'work', primary: true }] });
    const id = await create(endpoint, '/Users', body);
    let stored: Resource = { ...body, schemas: [USER] };
    let refused = 0;
    const steps = fc.tuple(fc.array(operation, { minLength: 1, maxLength: 3 }), projection);
    for (const [operations, asked] of fc.sample(steps, { numRuns: STEPS, seed: SEED })) {
      const before = stored;
      stored = await step(endpoint, { id, stored }, [operations, asked]);
      if (JSON.stringify(stored) === JSON.stringify(before)) refused += 1;
    }
    t.diagnostic(`seed ${SEED}: ${STEPS} requests, ${refused} of them refused or without effect`);
    assert.ok(refused < STEPS * 0.8, `only ${STEPS - refused} requests changed anything`);
    assert.deepEqual(endpoint.errors, []);
  });

  test('P2 U1 hundreds of member changes at random leave the members that a plain set has', async (t) => {
    await using endpoint = await openEndpoint(await open());
    const people = await Promise.all(
      Array.from({ length: 8 }, (_, index) => create(endpoint, '/Users', user(`user${index}`))),
    );
    const groups = await Promise.all(['inner', 'other'].map((name) => create(endpoint, '/Groups', group(name))));
    const id = await create(endpoint, '/Groups', group('team'));
    const base = `http://localhost:8400/scim/v2/${endpoint.tenant}`;
    const documentOf = (member: string): JsonObject => {
      const type = groups.includes(member) ? 'Group' : 'User';
      const display =
        type === 'User' ? `user${people.indexOf(member)}` : (['inner', 'other'][groups.indexOf(member)] ?? '');
      return { value: member, $ref: `${base}/${type}s/${member}`, type, display };
    };
    let members: ReadonlySet<string> = new Set();
    for (const operations of fc.sample(memberOperations([...people, ...groups]), { numRuns: STEPS, seed: SEED })) {
      const deltas = memberDeltas(operations);
      for (const delta of deltas) members = applyToSet(members, delta, documentOf);
      const { status, text } = await endpoint.ask('PATCH', `/Groups/${id}`, patch(...operations));
      assert.equal(status, 204, `${JSON.stringify(operations)} ${text} seed ${SEED}`);
      const { json } = await endpoint.ask('GET', `/Groups/${id}?attributes=members.value`);
      const found = (json.members ?? []).map((member: { value: string }) => member.value).sort();
      assert.deepEqual(found, [...members].sort(), `${JSON.stringify(operations)} seed ${SEED}`);
    }
    t.diagnostic(`seed ${SEED}: ${STEPS} requests`);
  });
});

function memberOperations(ids: readonly string[]): fc.Arbitrary<readonly object[]> {
  const some = fc.subarray([...ids], { minLength: 1, maxLength: 4 }).map((list) => list.map((value) => ({ value })));
  const one = fc.constantFrom(...ids);
  return fc.array(
    fc.oneof(
      some.map((list) => ({ op: 'add', path: 'members', value: list })),
      some.map((list) => ({ op: 'Remove', path: 'members', value: list })),
      one.map((value) => ({ op: 'remove', path: `members[value eq "${value}"]` })),
      fc
        .constantFrom(
          'type eq "Group"',
          'type eq "user"',
          'display sw "user1"',
          'not (display co "user")',
          'value pr and type ne "User"',
        )
        .map((filter) => ({ op: 'remove', path: `members[${filter}]` })),
      some.map((list) => ({ op: 'replace', path: 'members', value: list })),
      fc.constant({ op: 'remove', path: 'members' }),
      some.map((list) => ({ op: 'add', value: { members: list } })),
    ),
    { minLength: 1, maxLength: 3 },
  );
}

function memberDeltas(operations: readonly object[]): readonly MemberDelta[] {
  const { operations: parsed } = parsePatch(patch(...operations) as JsonObject, { quirks: QUIRKS });
  return applyPatch({
    resource: { schemas: [GROUP_TYPE.schema.id], displayName: 'team' },
    operations: parsed,
    type: GROUP_TYPE,
    quirks: QUIRKS,
    unknownAttributes: 'ignore',
  }).members;
}
