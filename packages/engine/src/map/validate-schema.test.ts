import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guideSchema } from './guide-schema.ts';
import type { AttributeMapping, JobSchema, ObjectMapping } from './job-schema.ts';
import { assertValidSchema, findProblems, JobSchemaError } from './validate-schema.ts';

const messages = (schema: JobSchema): readonly string[] =>
  findProblems(schema).map(({ place, message }) => `${place} ${message}`);

/** The guide's schema with one object mapping changed. */
function changed(type: 'User' | 'Group', change: (mapping: ObjectMapping) => ObjectMapping): JobSchema {
  const schema = guideSchema();
  return {
    ...schema,
    objectMappings: schema.objectMappings.map((mapping) => (mapping.sourceObject === type ? change(mapping) : mapping)),
  };
}

const withMapping = (mapping: AttributeMapping, type: 'User' | 'Group' = 'User'): JobSchema =>
  changed(type, (each) => ({
    ...each,
    attributeMappings: [...each.attributeMappings.filter(({ target }) => target !== mapping.target), mapping],
  }));

test("the guide's schema has the four user mappings and three group mappings, and no problem", () => {
  const schema = guideSchema();
  assert.deepEqual(findProblems(schema), []);
  assert.deepEqual(
    schema.objectMappings.map(({ attributeMappings }) => attributeMappings.map(({ target }) => target)),
    [
      ['externalId', 'active', 'displayName', 'userName'],
      ['externalId', 'displayName', 'members'],
    ],
  );
});

test("the guide's own spelling, externalID and Active, is accepted", () => {
  const schema = changed('User', (mapping) => ({
    ...mapping,
    attributeMappings: mapping.attributeMappings.map((each) => ({
      ...each,
      target: { externalId: 'externalID', active: 'Active' }[each.target] ?? each.target,
    })),
  }));
  assert.deepEqual(findProblems(schema), []);
});

test('the precedence may be swapped in one edit', () => {
  const schema = changed('User', (mapping) => ({
    ...mapping,
    attributeMappings: mapping.attributeMappings.map((each) => ({
      ...each,
      ...(each.target === 'externalId' && { matchingPriority: 2 }),
      ...(each.target === 'userName' && { matchingPriority: 1 }),
    })),
  }));
  assert.deepEqual(findProblems(schema), []);
});

for (const [what, schema, expected] of [
  [
    'one target mapped twice without regard to case',
    changed('User', (mapping) => ({
      ...mapping,
      attributeMappings: [
        ...mapping.attributeMappings,
        { target: 'USERNAME', source: { type: 'constant', value: 'x' } },
      ],
    })),
    /User\.userName is mapped twice/,
  ],
  [
    'an expression that cannot be read',
    withMapping({ target: 'active', source: { type: 'expression', expression: 'Switch([' } }),
    /User\.active .*column/,
  ],
  [
    'an expression that changes at every evaluation',
    withMapping({ target: 'displayName', source: { type: 'expression', expression: 'Guid()' } }),
    /User\.displayName/,
  ],
  [
    'a source attribute that is not listed',
    withMapping({ target: 'displayName', source: { type: 'direct', attribute: 'nickname' } }),
    /\[nickname\], which is not in the source's attribute list/,
  ],
  [
    'a target attribute that is not listed',
    withMapping({ target: 'title', source: { type: 'direct', attribute: 'jobTitle' } }),
    /User\.title is not in the target's attribute list/,
  ],
  [
    "the target's own id",
    withMapping({ target: 'id', source: { type: 'direct', attribute: 'objectId' } }),
    /User\.id is the target's own id/,
  ],
  [
    'a constant that is not of the type',
    withMapping({ target: 'active', source: { type: 'constant', value: 'yes' } }),
    /User\.active .*cannot hold "yes"/,
  ],
  [
    'members by an expression',
    withMapping({ target: 'members', source: { type: 'expression', expression: 'ToLower([displayName])' } }, 'Group'),
    /Group\.members is a reference/,
  ],
  [
    'a reference into a text',
    withMapping({ target: 'displayName', source: { type: 'direct', attribute: 'members' } }, 'Group'),
    /takes the reference \[members\]/,
  ],
  [
    'no matching attribute',
    withMapping({ target: 'externalId', source: { type: 'direct', attribute: 'objectId' } }),
    /User\.matching no attribute matches/,
  ],
  [
    'two of one precedence',
    withMapping({ target: 'userName', source: { type: 'direct', attribute: 'mail' }, matchingPriority: 1 }),
    /two mappings have the precedence 1/,
  ],
  [
    'a fractional precedence',
    withMapping({ target: 'userName', source: { type: 'direct', attribute: 'mail' }, matchingPriority: 1.5 }),
    /matching precedence 1\.5/,
  ],
  [
    'a required attribute without a mapping',
    changed('User', (mapping) => ({
      ...mapping,
      attributeMappings: mapping.attributeMappings.filter(({ target }) => target !== 'userName'),
    })),
    /User\.userName is required by the target/,
  ],
  [
    'the user mapping switched off',
    changed('User', (mapping) => ({ ...mapping, enabled: false })),
    /User needs an enabled object mapping/,
  ],
] satisfies [string, JobSchema, RegExp][]) {
  test(`${what} is refused, and said where`, () => {
    const found = messages(schema);
    assert.ok(
      found.some((message) => expected.test(message)),
      found.join('\n') || 'no problem was found',
    );
    assert.throws(() => assertValidSchema(schema), JobSchemaError);
  });
}

test('every problem is named, not the first alone', () => {
  const schema = withMapping({ target: 'active', source: { type: 'direct', attribute: 'nope' } });
  const worse = {
    ...schema,
    targetAttributes: {
      ...schema.targetAttributes,
      Group: schema.targetAttributes.Group.filter(({ name }) => name !== 'displayName'),
    },
  };
  assert.equal(findProblems(worse).length, 2);
});
