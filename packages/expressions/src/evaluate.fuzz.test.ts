import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkExpression,
  compileExpression,
  EvaluationError,
  ExpressionError,
  explainExpression,
  IGNORED,
  parseExpression,
  TEXT_LENGTH_MAX,
  type Value,
} from './index.ts';
import { anyCall, anySource, soundCall } from './testing/arbitrary-expression.ts';
import { fixedContext } from './testing/evaluation.ts';

function isValue(value: Value): boolean {
  if (typeof value === 'string') return value.length <= TEXT_LENGTH_MAX;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return value === null || value === IGNORED || ['number', 'boolean'].includes(typeof value) || Array.isArray(value);
}

test('P14 any tree compiles exactly if its check lists no error, and throws nothing but its own errors', () => {
  let compiledCount = 0;
  fc.assert(
    fc.property(fc.oneof(anyCall, soundCall), anySource, (text, source) => {
      const tree = parseExpression(text, { lengthMax: 100_000 });
      const sound = checkExpression(tree, { flow: 'onlyOnCreate' }).every(({ severity }) => severity !== 'error');
      if (!sound) {
        assert.throws(() => compileExpression(tree), ExpressionError);
        return;
      }
      compiledCount += 1;
      const compiled = compileExpression(tree);
      try {
        const value = compiled.evaluate(source, fixedContext());
        assert.ok(isValue(value), String(value));
        assert.deepEqual(compiled.evaluate(source, fixedContext()), value);
      } catch (error) {
        assert.ok(error instanceof EvaluationError, String(error));
      }
    }),
    { numRuns: 1_500 },
  );
  assert.ok(compiledCount > 150, `only ${compiledCount} of the trees compiled`);
});

test('the explanation of the whole is what evaluation yields', () => {
  fc.assert(
    fc.property(soundCall, anySource, (text, source) => {
      const tree = parseExpression(text, { lengthMax: 100_000 });
      if (checkExpression(tree, { flow: 'onlyOnCreate' }).some(({ severity }) => severity === 'error')) return;
      const compiled = compileExpression(tree);
      if (compiled.redacted || compiled.impure) return;
      const { value, error, taken } = explainExpression(tree, source, fixedContext());
      assert.ok(taken);
      if (error) assert.throws(() => compiled.evaluate(source, fixedContext()), { message: error.message });
      else assert.deepEqual(value, compiled.evaluate(source, fixedContext()));
    }),
    { numRuns: 700 },
  );
});
