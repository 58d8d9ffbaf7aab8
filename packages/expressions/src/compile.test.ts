import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compileExpression,
  EvaluationError,
  ExpressionError,
  evaluateExpression,
  IGNORED,
  LimitError,
  parseExpression,
  type SourceAttributes,
  STEPS_MAX,
  TEXT_LENGTH_MAX,
} from './index.ts';
import { compileText, evaluateText, fixedContext } from './testing/evaluation.ts';

const lookups: readonly (readonly [title: string, source: SourceAttributes, value: unknown])[] = [
  ['a name as written', { mail: 'a' }, 'a'],
  ['a name in another case', { MAIL: 'a' }, 'a'],
  ['the name as written before one in another case', { MAIL: 'b', mail: 'a' }, 'a'],
  ['an absent name as null', {}, null],
  ['null as null', { mail: null }, null],
  ['an inherited name as null', Object.create({ mail: 'inherited' }), null],
  ['a source without a prototype', Object.assign(Object.create(null), { mail: 'a' }), 'a'],
  ['a boolean as a boolean', { mail: true }, true],
  ['a list as a list', { mail: ['a', 'b'] }, ['a', 'b']],
];

for (const [title, source, value] of lookups) {
  test(`reads ${title}`, () => {
    assert.deepEqual(evaluateText('Coalesce([mail])', source), value);
  });
}

for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
  test(`an attribute named ${name} is data or null`, () => {
    assert.equal(evaluateText(`Coalesce([${name}])`, {}), null);
    assert.equal(evaluateText(`Coalesce([${name}])`, JSON.parse(`{"${name}": "data"}`)), 'data');
  });
}

test('an object in a source is refused and named', () => {
  const source = { manager: { id: '1' } } as unknown as SourceAttributes;
  assert.throws(() => evaluateText('ToLower([manager])', source), { code: 'invalidArgument', site: '[manager]' });
});

test('lists the attributes once each, in the order of the text', () => {
  const compiled = compileText('IIF([b] = [A], Join("", [a], [c]), Append([B], "x"))');
  assert.deepEqual(compiled.attributes, ['b', 'A', 'c']);
});

test('says whether an expression is impure, and whether it is redacted', () => {
  assert.equal(compileText('ToLower([a])').impure, false);
  for (const text of ['Guid()', 'Append(Now(), "x")', 'RandomString(6,3,0,0,3)'])
    assert.equal(compileText(text).impure, true);
  assert.equal(compileText('ToLower([a])').redacted, false);
  assert.equal(compileText('ToLower(Redact([a]))').redacted, true);
});

test('one compiled expression serves many objects', () => {
  const compiled = compileText('Join(" ", [givenName], [surname])');
  assert.equal(compiled.evaluate({ givenName: 'Ann', surname: 'Lee' }, fixedContext()), 'Ann Lee');
  assert.equal(compiled.evaluate({ surname: 'Lee' }, fixedContext()), 'Lee');
  assert.equal(compiled.evaluate({}, fixedContext()), null);
});

test('a lone attribute and a lone text evaluate', () => {
  assert.equal(evaluateExpression(parseExpression('[Mail]', { root: 'any' }), { mail: 'a' }, fixedContext()), 'a');
  assert.equal(evaluateExpression(parseExpression('"x"', { root: 'any' }), {}, fixedContext()), 'x');
});

test('branches that are not taken are not evaluated', () => {
  const bad = 'CDate("no date")';
  assert.equal(evaluateText(`IIF([a] = "1", "yes", ${bad})`, { a: '1' }), 'yes');
  assert.equal(evaluateText(`Switch([a], ${bad}, "1", "one", "2", ${bad})`, { a: '1' }), 'one');
  assert.equal(evaluateText(`Coalesce([a], ${bad})`, { a: '1' }), '1');
});

test('an integer beyond 2^53 keeps every digit', () => {
  assert.equal(evaluateText('Join("", 9223372036854775807)'), '9223372036854775807');
  assert.equal(evaluateText('CStr([n])', { n: '9223372036854775807' }), '9223372036854775807');
});

test('an expression that the check refuses does not compile, and says where', () => {
  assert.throws(
    () => compileText('Join("",\n  Tolower([a]))'),
    (error: unknown) => {
      assert.ok(error instanceof ExpressionError);
      assert.deepEqual([error.line, error.column, error.expected, error.found], [2, 3, 'ToLower', 'Tolower']);
      assert.equal(
        error.message,
        'line 2, column 3: there is no function Tolower: did you mean ToLower? Names are case-sensitive.',
      );
      return true;
    },
  );
});

test('an error names the function, the place and the value', () => {
  assert.throws(() => evaluateText('Join("",\n  Mid([a], "x", 1))', { a: 'abc' }), {
    name: 'EvaluationError',
    code: 'invalidArgument',
    site: 'Mid',
    line: 2,
    column: 3,
    message: 'Mid at line 2, column 3: start must be a whole number, found "x"',
  });
});

test('an error of a comparison names the comparison', () => {
  const source = { a: 'x', b: ['y', 'z'] };
  assert.throws(() => evaluateText('IIF([a] = [b], 1, 2)', source), { code: 'multipleValues', site: '"="', column: 5 });
  assert.throws(() => evaluateText('IIF([b], 1, 2)', source), { code: 'multipleValues', site: 'IIF' });
});

test('P6 an error of an expression with Redact shows no value', () => {
  assert.throws(
    () => evaluateText('Redact(Mid("abc", [pin], 1))', { pin: -4711 }),
    (error: unknown) => error instanceof EvaluationError && !error.message.includes('4711'),
  );
  assert.throws(
    () => evaluateText('Redact(CDate([secret]))', { secret: 'hunter2' }),
    (error: unknown) => error instanceof EvaluationError && !error.message.includes('hunter2'),
  );
});

test('E12 a text from Join is bounded, and refused before it is built', () => {
  const source = { a: 'x'.repeat(40_000) };
  assert.equal(evaluateText('Join("", [a])', source), source.a);
  assert.throws(() => evaluateText('Join("", [a], [a])', source), { name: 'LimitError', code: 'textLimit' });
});

test('E12 a text from Replace is bounded, and refused before it is built', () => {
  const source = { a: 'x'.repeat(TEXT_LENGTH_MAX), b: 'y'.repeat(TEXT_LENGTH_MAX) };
  assert.throws(() => evaluateText('Replace([a], "x", , , [b])', source), { name: 'LimitError', code: 'textLimit' });
  assert.throws(() => evaluateText('Replace([a], "x", , , , , [a])', source), { code: 'textLimit' });
});

test('E13 a source text that is too long is refused, the longest is not', () => {
  assert.equal(evaluateText('CStr([a])', { a: 'x'.repeat(TEXT_LENGTH_MAX) }), 'x'.repeat(TEXT_LENGTH_MAX));
  assert.throws(() => evaluateText('CStr([a])', { a: 'x'.repeat(TEXT_LENGTH_MAX + 1) }), LimitError);
});

test('E13 a list that is too long is refused, the longest is not', () => {
  const values = (length: number) => ({ a: Array.from({ length }, () => '') });
  assert.equal(evaluateText('Join("", [a])', values(STEPS_MAX - 1)), '');
  assert.throws(() => evaluateText('Join("", [a])', values(STEPS_MAX + 1)), { name: 'LimitError', code: 'stepLimit' });
  assert.throws(() => evaluateText('Count(Split([a], ","))', { a: ','.repeat(STEPS_MAX) }), { code: 'stepLimit' });
});

test('P15 the work on long texts is bounded, however often they are read', () => {
  const text = `Count(Split(Join("", ${Array.from({ length: 600 }, () => 'Left([a], 0)').join(', ')}), ","))`;
  assert.throws(() => evaluateText(text, { a: 'x'.repeat(TEXT_LENGTH_MAX) }), {
    name: 'LimitError',
    code: 'stepLimit',
  });
});

test('an ignored flow is told apart from null', () => {
  assert.equal(evaluateText('IgnoreFlowIfNullOrEmpty([a])', { a: '' }), IGNORED);
  assert.equal(evaluateText('IgnoreFlowIfNullOrEmpty([a])', {}), IGNORED);
  assert.equal(evaluateText('IgnoreFlowIfNullOrEmpty([a])', { a: 'x' }), 'x');
});

test('evaluation leaves the source as it was', () => {
  const source = Object.freeze({ a: Object.freeze(['b', 'a', 'b']) });
  assert.deepEqual(evaluateText('RemoveDuplicates([a])', source), ['b', 'a']);
  assert.deepEqual(source, { a: ['b', 'a', 'b'] });
});

test('a compiled expression holds nothing of an object', () => {
  const compiled = compileExpression(parseExpression('Coalesce([a], "none")'));
  assert.equal(compiled.evaluate({ a: 'first' }, fixedContext()), 'first');
  assert.equal(compiled.evaluate({}, fixedContext()), 'none');
});
