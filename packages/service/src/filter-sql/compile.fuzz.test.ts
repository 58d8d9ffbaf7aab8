import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Attribute,
  COMMON_ATTRIBUTES,
  evaluateFilter,
  GROUP_TYPE,
  type JsonObject,
  parseFilter,
  type ResourceType,
  resolveFilter,
  ScimError,
  USER_TYPE,
} from '@rollcall/scim';
import { type Database, sql, statement } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import fc from 'fast-check';
import { createResource } from '../resources/create.ts';
import { type Fixture, openFixture } from '../testing/fixture.ts';
import { compileFilter } from './compile.ts';

const FILTERS = 800;
const WORDS = [
  'a',
  'A',
  'ab',
  'B',
  'ba',
  'É',
  'e\u0301',
  'ß',
  'ss',
  'K',
  'İ',
  'ı',
  'σς',
  "o'x",
  '\\',
  '%',
  '_a',
  '"',
  '😀',
  '\uffee',
  '10',
  '9',
  'work',
  'home',
];
const TIMES = ['2020-01-01T00:00:00Z', '2021-06-30T23:59:59.999+02:00', '1999-12-31T12:00:00.5Z'];

const word = fc.constantFrom(...WORDS);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const email = fc.record({ value: word, type: maybe(fc.constantFrom('work', 'home', 'Work')), display: maybe(word) });
const user = fc.record({
  displayName: maybe(word),
  externalId: maybe(word),
  title: maybe(word),
  active: maybe(fc.boolean()),
  name: maybe(fc.record({ givenName: maybe(word), familyName: maybe(word) })),
  emails: maybe(fc.array(email, { maxLength: 3 })),
  roles: maybe(fc.array(fc.record({ value: word, type: maybe(word) }), { maxLength: 2 })),
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': maybe(
    fc.record({ department: maybe(word), manager: maybe(fc.record({ value: word })) }),
  ),
  primary: fc.boolean(),
});

/** Drops what is undefined, and makes at most one e-mail primary. */
function body(
  shape: { readonly primary: boolean; readonly emails?: readonly object[] | undefined },
  index: number,
): JsonObject {
  const { primary, emails, ...rest } = shape;
  const list = emails?.map((each, position) => ({ ...each, ...(primary && position === 0 && { primary }) }));
  return JSON.parse(
    JSON.stringify({ ...rest, emails: list, schemas: [USER_TYPE.schema.id], userName: `${WORDS[index % 7]}-${index}` }),
  );
}

async function fill(db: Database, fixture: Fixture): Promise<void> {
  const shapes = fc.sample(user, { numRuns: 80, seed: fixture.seed });
  const ids: string[] = [];
  for (const [index, shape] of shapes.entries()) {
    const context = fixture.context({ now: new Date(TIMES[index % TIMES.length] ?? 0) });
    ids.push(
      (await createResource(db, context, { type: USER_TYPE, body: body(shape, index), reportQuirk: () => undefined }))
        .id,
    );
  }
  const groups: string[] = [];
  for (let index = 0; index < 8; index += 1) {
    const members = [...ids.filter((_, at) => at % (index + 2) === 0), ...groups.slice(0, index % 3)].map((value) => ({
      value,
    }));
    const group = {
      schemas: [GROUP_TYPE.schema.id],
      displayName: `${WORDS[index]}-${index}`,
      ...(index % 2 && { externalId: 'a' }),
      members,
    };
    groups.push(
      (await createResource(db, fixture.context(), { type: GROUP_TYPE, body: group, reportQuirk: () => undefined })).id,
    );
  }
}

// --- filters --------------------------------------------------------------------------------------

interface Name {
  readonly text: string;
  readonly attribute: Attribute;
}

function leaves(prefix: string, attributes: readonly Attribute[]): Name[] {
  return attributes.flatMap((attribute) => [
    { text: `${prefix}${attribute.name}`, attribute },
    ...(attribute.subAttributes ?? []).map((sub) => ({
      text: `${prefix}${attribute.name}.${sub.name}`,
      attribute: sub,
    })),
  ]);
}

const namesOf = (type: ResourceType): readonly Name[] =>
  [
    ...leaves('', COMMON_ATTRIBUTES),
    ...leaves('', type.schema.attributes),
    ...type.schemaExtensions.flatMap(({ schema }) => leaves(`${schema.id}:`, schema.attributes)),
  ].filter(({ attribute }) => attribute.name !== 'password');

const literal = (attribute: Attribute, samples: readonly string[]): fc.Arbitrary<string> => {
  switch (attribute.type) {
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'dateTime':
      return fc.constantFrom(...TIMES).map((time) => JSON.stringify(time));
    case 'integer':
    case 'decimal':
      return fc.integer({ min: 0, max: 3 }).map(String);
    case 'binary':
      return fc.constant('"YQ=="');
    default:
      return fc.constantFrom(...samples).map((text) => JSON.stringify(text));
  }
};

const comparison = (names: readonly Name[], samples: readonly string[]) =>
  fc.constantFrom(...names).chain(({ text, attribute }) =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(`${text} pr`) },
      { weight: 1, arbitrary: fc.constantFrom('eq', 'ne').map((operator) => `${text} ${operator} null`) },
      {
        weight: 6,
        arbitrary: fc
          .tuple(
            fc.constantFrom('eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'),
            literal(attribute, samples),
          )
          .map(([operator, value]) => `${text} ${operator} ${value}`),
      },
    ),
  );

const filterText = (type: ResourceType, samples: readonly string[]): fc.Arbitrary<string> => {
  const names = namesOf(type);
  const complex = names.filter(({ attribute }) => attribute.subAttributes);
  const valuePath = fc.constantFrom(...complex).chain(({ text, attribute }) => {
    const inner = comparison(leaves('', attribute.subAttributes ?? []), samples);
    return fc
      .oneof(
        inner,
        fc.tuple(inner, fc.constantFrom('and', 'or'), inner).map((parts) => parts.join(' ')),
        inner.map((one) => `not (${one})`),
      )
      .map((one) => `${text}[${one}]`);
  });
  const { filter } = fc.letrec<{ filter: string; leaf: string }>((tie) => ({
    leaf: fc.oneof({ weight: 4, arbitrary: comparison(names, samples) }, { weight: 1, arbitrary: valuePath }),
    filter: fc.oneof(
      { maxDepth: 3 },
      tie('leaf'),
      fc
        .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
        .map(([one, word, other]) => `(${one}) ${word} (${other})`),
      tie('filter').map((one) => `not (${one})`),
    ),
  }));
  return filter;
};

eachDatabase('filter as SQL', (open) => {
  test('P3 thousands of filters select in SQL exactly what they select in memory', async (t) => {
    const db = await open();
    const fixture = await openFixture(db);
    await fill(db, fixture);
    for (const type of [USER_TYPE, GROUP_TYPE]) {
      const resources = await fixture.readAll(type);
      const samples = [
        ...WORDS,
        ...resources.slice(0, 4).flatMap((each) => [String(each.id), `${fixture.baseUrl}${type.endpoint}/${each.id}`]),
      ];
      let compared = 0;
      for (const text of fc.sample(filterText(type, samples), { numRuns: FILTERS, seed: fixture.seed })) {
        compared += (await sameInBoth(db, fixture, { type, text, resources })) ? 1 : 0;
      }
      t.diagnostic(`${type.name}: ${compared} of ${FILTERS} filters compared, seed ${fixture.seed}`);
      assert.ok(compared > FILTERS / 4, `only ${compared} filters were valid`);
    }
  });
});

interface Case {
  readonly type: ResourceType;
  readonly text: string;
  readonly resources: readonly JsonObject[];
}

/** False when the filter is refused: then there is nothing to compare. */
async function sameInBoth(db: Database, fixture: Fixture, { type, text, resources }: Case): Promise<boolean> {
  const filter = resolved(text, type);
  if (!filter) return false;
  const expected = resources.filter((each) => evaluateFilter(filter, each)).map(({ id }) => String(id));
  const condition = compileFilter(filter, { type, baseUrl: fixture.baseUrl });
  const { rows } = await db.query<{ id: string }>(
    statement(
      sql`SELECT r.id FROM resource r WHERE r.tenant = ${fixture.tenant} AND r.type = ${type.name} AND ${condition} ORDER BY r.id`,
    ),
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    expected.sort(),
    `${type.name} filter ${text} (seed ${fixture.seed})`,
  );
  return true;
}

function resolved(text: string, type: ResourceType) {
  try {
    return resolveFilter(parseFilter(text), type, {
      allowed: new Set(['complex-compared-as-value']),
      report: () => undefined,
    });
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
