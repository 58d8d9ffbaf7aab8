import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Expression, ExpressionError, parseExpression, printExpression } from './index.ts';
import { anyCall } from './testing/arbitrary-expression.ts';

const fragments = [
  '(',
  ')',
  ',',
  '"',
  '\\',
  '[',
  ']',
  '=',
  '<',
  '>',
  '&H',
  '-',
  '.',
  '\n',
  ' ',
  'F',
  'vbTextCompare',
  '1',
  'é',
  '\u0000',
  '\ud800',
];
const mutatedText = fc.array(fc.constantFrom(...fragments), { maxLength: 60 }).map((parts) => `F(${parts.join('')}`);

function withoutPlaces(expression: Expression): unknown {
  return JSON.parse(JSON.stringify(expression, (key, value: unknown) => (key === 'place' ? undefined : value)));
}

test('P14 any text parses or throws an ExpressionError with a place inside it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), mutatedText), (text) => {
      try {
        parseExpression(text);
      } catch (error) {
        assert.ok(error instanceof ExpressionError, String(error));
        assert.ok(error.position >= 0 && error.position <= text.length);
        const lineStart =
          text
            .split('\n')
            .slice(0, error.line - 1)
            .join('\n').length + (error.line > 1 ? 1 : 0);
        assert.equal(lineStart + error.column - 1, error.position);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a tree prints to a text that parses back to it', () => {
  fc.assert(
    fc.property(anyCall, (text) => {
      const tree = parseExpression(text);
      const again = parseExpression(printExpression(tree), { lengthMax: 100_000 });
      assert.deepEqual(withoutPlaces(again), withoutPlaces(tree));
      assert.equal(printExpression(again), printExpression(tree));
    }),
    { numRuns: 1_000 },
  );
});

/** A quadratic parser needs minutes for texts of this size. */
const REPEATS = 200_000;
const LINEAR_MS_MAX = 5_000;

const hostileShapes: readonly (readonly [title: string, shape: (size: number) => string])[] = [
  ['open brackets', (size) => `F(${'['.repeat(size)}`],
  ['backslashes', (size) => `F("${'\\'.repeat(size)}`],
  ['commas', (size) => `F(${','.repeat(size)})`],
  ['lines in a text', (size) => `F("${'a\n'.repeat(size)}")`],
  ['digits', (size) => `F(${'1'.repeat(size)})`],
  ['attributes', (size) => `F(${'[a],'.repeat(size)}1)`],
  ['open calls', (size) => 'F('.repeat(size)],
];

for (const [title, shape] of hostileShapes) {
  test(`P15 parsing ${REPEATS} ${title} takes linear time`, () => {
    const text = shape(REPEATS);
    const start = performance.now();
    try {
      parseExpression(text, { lengthMax: text.length });
    } catch (error) {
      assert.ok(error instanceof ExpressionError);
    }
    const elapsedMs = performance.now() - start;
    assert.ok(elapsedMs < LINEAR_MS_MAX, `${elapsedMs.toFixed(0)} ms`);
  });
}
