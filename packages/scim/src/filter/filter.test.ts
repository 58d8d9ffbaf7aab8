import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidFilterError, TooManyError } from '../error.ts';
import type { Quirk } from '../quirk.ts';
import type { JsonObject } from '../resource/resource.ts';
import { GROUP_TYPE, USER_TYPE } from '../schema/core-types.ts';
import { recordedQuirks } from '../testing/recorded-quirks.ts';
import matching from '../vectors/rfc7644-3.4.2.2-filters.json' with { type: 'json' };
import refused from '../vectors/rfc7644-3.4.2.2-filters-refused.json' with { type: 'json' };
import { evaluateFilter } from './evaluate.ts';
import { DEFAULT_FILTER_LIMITS } from './limits.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { resolveFilter } from './resolve.ts';

type MatchCase = [name: string, filter: string, matches: boolean, ...quirks: Quirk[]];
type RefusedCase = [name: string, filter: string, column: number];

const user = matching.resource as JsonObject;
const matchCases = matching.cases as MatchCase[];

describe('RFC 7644 3.4.2.2 filters', () => {
  for (const [name, text, matches, ...needed] of matchCases) {
    test(`${name}: ${text}`, () => {
      const { quirks, used } = recordedQuirks(needed);
      const filter = resolveFilter(parseFilter(text), USER_TYPE, quirks);
      assert.equal(evaluateFilter(filter, user), matches, printFilter(filter));
      assert.deepEqual([...used].sort(), [...needed].sort());
    });
  }
});

describe('a tolerance that is not allowed is invalidFilter', () => {
  for (const [name, text, , ...needed] of matchCases.filter((vector) => vector.length > 3)) {
    for (const missing of needed) {
      test(`${missing}: ${name}`, () => {
        const { quirks } = recordedQuirks(needed.filter((quirk) => quirk !== missing));
        assert.throws(() => resolveFilter(parseFilter(text), USER_TYPE, quirks), InvalidFilterError);
      });
    }
  }
});

describe('filters that are refused say where', () => {
  for (const [name, text, column] of refused.cases as RefusedCase[]) {
    test(`${name}: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => resolveFilter(parseFilter(text), USER_TYPE, recordedQuirks().quirks),
        (error) => {
          assert.ok(error instanceof InvalidFilterError, String(error));
          assert.match(error.message, new RegExp(`column ${column}(?!\\d)`));
          return true;
        },
      );
    });
  }
});

describe('S5 limits of a filter', () => {
  const { lengthMax, depthMax, termsMax } = DEFAULT_FILTER_LIMITS;
  const nested = (depth: number) => `${'('.repeat(depth)}userName pr${')'.repeat(depth)}`;
  const ofLength = (length: number) => `userName eq "${'x'.repeat(length - 14)}"`;
  const ofTerms = (terms: number) => Array(terms).fill('id pr').join(' or ');

  test('depth: the limit passes, one more is invalidFilter', () => {
    assert.equal(parseFilter(nested(depthMax)).kind, 'present');
    assert.throws(() => parseFilter(nested(depthMax + 1)), InvalidFilterError);
  });

  test('depth is that of nesting: groups side by side do not add up', () => {
    assert.equal(
      parseFilter(
        Array(depthMax + 5)
          .fill(nested(2))
          .join(' and '),
      ).kind,
      'and',
    );
  });

  test('a thousand parentheses are refused without a stack', () => {
    assert.throws(() => parseFilter('('.repeat(4000)), InvalidFilterError);
    assert.throws(() => parseFilter('not('.repeat(2000)), InvalidFilterError);
  });

  test('length: the limit passes, one more is invalidFilter', () => {
    assert.equal(parseFilter(ofLength(lengthMax)).kind, 'compare');
    assert.throws(() => parseFilter(ofLength(lengthMax + 1)), InvalidFilterError);
  });

  test('terms: the limit passes, one more is tooMany', () => {
    assert.equal(parseFilter(ofTerms(termsMax)).kind, 'or');
    assert.throws(() => parseFilter(ofTerms(termsMax + 1)), TooManyError);
  });
});

describe('RFC 7644 3.4.2.1 filters over several types', () => {
  const options = { otherTypes: [GROUP_TYPE] };
  const matches = (text: string) =>
    evaluateFilter(resolveFilter(parseFilter(text), USER_TYPE, recordedQuirks([]).quirks, options), user);

  const cases: [string, boolean][] = [
    ['members.value eq "x"', false],
    ['members.value ne "x"', true],
    ['members pr', false],
    ['members eq null', true],
    ['members ne null', false],
    ['members[value eq "x"]', false],
    ['not (members[value eq "x"])', true],
    ['members pr or userName pr', true],
    ['members pr and userName pr', false],
  ];
  for (const [text, expected] of cases) {
    test(`an attribute of another type has no value here: ${text}`, () => {
      assert.equal(matches(text), expected);
    });
  }

  test('P3 an attribute that no type has is invalidFilter', () => {
    assert.throws(() => matches('userName pr or memers pr'), InvalidFilterError);
  });

  test('P3 a value that does not suit the other type is invalidFilter', () => {
    assert.throws(() => matches('members.value eq 5'), InvalidFilterError);
    assert.throws(() => matches('members[kind eq "x"]'), InvalidFilterError);
  });
});

test('nested lists of one kind become one flat list', () => {
  const filter = resolveFilter(
    parseFilter('(id pr and (userName pr and title pr)) and (nickName pr or (locale pr or active pr))'),
    USER_TYPE,
    recordedQuirks([]).quirks,
  );
  assert.equal(printFilter(filter), 'id pr and userName pr and title pr and (nickName pr or locale pr or active pr)');
  const kinds = filter.kind === 'and' ? filter.filters.map((part) => part.kind) : [];
  assert.deepEqual(kinds, ['present', 'present', 'present', 'or']);
});

test('S5 a message repeats at most the start of a long value', () => {
  const text = `active eq "${'y'.repeat(5000)}"`;
  assert.throws(
    () => resolveFilter(parseFilter(text), USER_TYPE, recordedQuirks().quirks),
    (error: Error) => error.message.length < 300,
  );
});
