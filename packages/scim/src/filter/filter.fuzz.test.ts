import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ScimError } from '../error.ts';
import { foldValue } from '../resource/fold.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { USER_TYPE } from '../schema/core-types.ts';
import { findAttribute, type ResolvedAttribute } from '../schema/lookup.ts';
import { recordedQuirks } from '../testing/recorded-quirks.ts';
import { evaluateFilter } from './evaluate.ts';
import { type Filter, joinFilters, notFilter } from './filter.ts';
import { parseFilter } from './parse.ts';
import { printFilter, printFilterSyntax } from './print.ts';
import { resolveFilter } from './resolve.ts';
import { COMPARISON_WORDS, type FilterSyntax } from './syntax.ts';

// Strategy: random trees are printed, and what is read back must be the same tree; random and broken texts
// must be refused by a ScimError or read; and laws of logic must hold of any filter on any resource.

const strict = () => recordedQuirks([]).quirks;
const texts = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => text.isWellFormed() && !text.includes('\0'));
const names = fc.constantFrom('userName', 'emails', 'x-y_1', '$ref', 'urn:example:a.b:2.0:User:thing');
const attributeNames = fc
  .record({ name: names, sub: fc.option(fc.constantFrom('value', 'type', '$ref')) })
  .map(({ name, sub }) => {
    const colon = name.lastIndexOf(':');
    return {
      ...(colon > 0 && { urn: name.slice(0, colon) }),
      attribute: name.slice(colon + 1),
      ...(sub !== null && { subAttribute: sub }),
    };
  });
const literals = fc.oneof(
  fc
    .oneof(
      texts,
      fc.integer(),
      fc.double({ noDefaultInfinity: true, noNaN: true }).filter(isExact),
      fc.boolean(),
      fc.constant(null),
    )
    .map((value) => ({
      kind: 'json' as const,
      value: Object.is(value, -0) ? 0 : value,
      offset: 0,
    })),
  fc.constantFrom('7d1f-aa', 'a@b.example', 'True').map((text) => ({ kind: 'unquoted' as const, text, offset: 0 })),
);

function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

/** Inside brackets there are no brackets; outside there may be. */
const syntaxes = fc.letrec<{ outer: FilterSyntax; inner: FilterSyntax }>((tie) => ({
  inner: fc.oneof({ depthSize: 'small', withCrossShrink: true }, terms(), logic(tie('inner'))),
  outer: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    terms(),
    fc.record({
      kind: fc.constant('valuePath' as const),
      name: attributeNames,
      filter: tie('inner'),
      offset: fc.constant(0),
    }),
    fc.tuple(attributeNames, tie('inner'), fc.constantFrom('value', 'type')).map(([name, selector, subAttribute]) => ({
      kind: 'present' as const,
      operand: { name: { ...name, subAttribute }, selector, offset: 0 },
    })),
    logic(tie('outer')),
  ),
})).outer;

function terms(): fc.Arbitrary<FilterSyntax> {
  const operand = attributeNames.map((name) => ({ name, offset: 0 }));
  return fc.oneof(
    fc.record({
      kind: fc.constant('compare' as const),
      operand,
      operator: fc.constantFrom(...COMPARISON_WORDS),
      literal: literals,
    }),
    fc.record({ kind: fc.constant('present' as const), operand }),
  );
}

function logic(part: fc.Arbitrary<FilterSyntax>): fc.Arbitrary<FilterSyntax> {
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(part, { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), filter: part }),
  );
}

/** Offsets say where a text had something; two texts of one meaning differ in them. */
function withoutOffsets(syntax: FilterSyntax): unknown {
  return JSON.parse(JSON.stringify(syntax, (key, value) => (key === 'offset' ? undefined : value)));
}

test('a printed filter parses to the same filter', () => {
  fc.assert(
    fc.property(syntaxes, (syntax) => {
      const text = printFilterSyntax(syntax);
      assert.deepEqual(withoutOffsets(parseFilter(text)), withoutOffsets(syntax), text);
    }),
    { numRuns: 1000 },
  );
});

const resolved = (path: string): ResolvedAttribute => {
  const [attribute = '', subAttribute] = path.split('.');
  const found = findAttribute(USER_TYPE, { attribute, ...(subAttribute !== undefined && { subAttribute }) });
  return found ?? assert.fail(path);
};

function comparisons(path: string): fc.Arbitrary<Filter> {
  const attribute = resolved(path);
  const operators =
    attribute.leaf.type === 'string' ? (['eq', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const) : (['eq'] as const);
  const value =
    attribute.leaf.type === 'string' ? texts.map((text) => foldValue(text, attribute.leaf)) : fc.constant(true);
  return fc.oneof(
    fc.constant<Filter>({ kind: 'present', attribute }),
    fc
      .tuple(fc.constantFrom(...operators), value)
      .map(([operator, given]): Filter => ({ kind: 'compare', attribute, operator, value: given })),
  );
}

function joined(part: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.oneof(
    part.map(notFilter),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(part, { minLength: 2, maxLength: 3 }))
      .map(([kind, filters]) => joinFilters(kind, filters)),
  );
}

const filters = fc.letrec<{ outer: Filter; inner: Filter }>((tie) => ({
  inner: fc.oneof(
    { depthSize: 'small' },
    comparisons('emails.value'),
    comparisons('emails.primary'),
    joined(tie('inner')),
  ),
  outer: fc.oneof(
    { depthSize: 'small' },
    comparisons('userName'),
    comparisons('active'),
    comparisons('emails.type'),
    tie('inner').map((filter) => ({ kind: 'valuePath', attribute: resolved('emails'), filter }) as Filter),
    joined(tie('outer')),
  ),
})).outer;

test('a resolved filter that is printed resolves to the same filter', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      const text = printFilter(filter);
      assert.deepEqual(
        resolveFilter(parseFilter(text, { lengthMax: 1e6, depthMax: 99, termsMax: 1e4 }), USER_TYPE, strict()),
        filter,
        text,
      );
    }),
    { numRuns: 1000 },
  );
});

const elements: fc.Arbitrary<Json> = fc.record(
  { value: texts, type: texts, primary: fc.boolean() },
  { requiredKeys: [], noNullPrototype: true },
);
const resources: fc.Arbitrary<JsonObject> = fc.record(
  { userName: texts, active: fc.boolean(), emails: fc.array(elements, { minLength: 1, maxLength: 3 }) },
  { requiredKeys: [], noNullPrototype: true },
);

test('not turns each answer round, and de Morgan holds', () => {
  fc.assert(
    fc.property(filters, filters, resources, (a, b, resource) => {
      const holds = (filter: Filter) => evaluateFilter(filter, resource);
      assert.equal(holds(notFilter(a)), !holds(a));
      assert.equal(
        holds(notFilter(joinFilters('and', [a, b]))),
        holds(joinFilters('or', [notFilter(a), notFilter(b)])),
      );
    }),
    { numRuns: 1000 },
  );
});

const shards = fc.constantFrom(
  'userName',
  ' ',
  'eq',
  '"',
  '\\',
  '(',
  ')',
  '[',
  ']',
  'and',
  'or',
  'not',
  'pr',
  '.value',
  'emails',
  '"x"',
  ':',
  'urn:',
  'null',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '1e9',
);

test('P14 S4 any text is a filter or a refusal, and prototypes stay as they are', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(shards, { maxLength: 40 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        try {
          resolveFilter(parseFilter(text), USER_TYPE, recordedQuirks().quirks);
        } catch (error) {
          assert.ok(error instanceof ScimError, String(error));
          assert.equal(error.status, 400);
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
});
