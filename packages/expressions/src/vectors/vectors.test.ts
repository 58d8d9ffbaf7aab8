import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  compileExpression,
  type EvaluationContext,
  ExpressionError,
  IGNORED,
  parseExpression,
  printExpression,
  printValue,
  type SourceAttributes,
  type Value,
} from '../index.ts';

/** One input of a row of the table of examples in Entra's function reference. */
interface Vector {
  readonly vector: number;
  readonly expression: string;
  readonly source: SourceAttributes;
  readonly output?: Value;
  readonly matches?: string;
  readonly ignored?: true;
  /** The words of the refusal, where the function is not there yet. */
  readonly refused?: string;
}

const VECTOR_COUNT = 57;
const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('entra-functions.json', import.meta.url), 'utf8'));
const context: EvaluationContext = {
  now: new Date('2026-01-02T03:04:05Z'),
  newGuid: () => '00aa00aa-bb11-cc22-dd33-44ee44ee44ee',
  randomBelow: (bound) => bound - 1,
};

/** Dates as the page prints them. */
function shown(value: Value): Value {
  return value instanceof Date ? printValue(value) : value;
}

function evaluate({ expression, source }: Vector): Value {
  return shown(compileExpression(parseExpression(expression)).evaluate(source, context));
}

function judge(vector: Vector): void {
  if (vector.refused) judgeRefusal(vector.expression, vector.refused);
  else if (vector.ignored) assert.equal(evaluate(vector), IGNORED);
  else if (vector.matches) assert.match(String(evaluate(vector)), new RegExp(vector.matches));
  else assert.deepEqual(evaluate(vector), vector.output);
}

function judgeRefusal(expression: string, words: string): void {
  assert.throws(
    () => compileExpression(parseExpression(expression)),
    (error: unknown) => error instanceof ExpressionError && error.message.includes(words),
  );
}

for (const vector of vectors) {
  const input = JSON.stringify(vector.source);
  const outcome = vector.refused ? 'refused' : JSON.stringify(vector.output ?? vector.matches ?? 'ignored');
  test(`Entra function reference, vector ${vector.vector}: ${vector.expression} of ${input} is ${outcome}`, () => {
    judge(vector);
  });
}

test('every vector of the reference is there', () => {
  const numbers = new Set(vectors.map(({ vector }) => vector));
  assert.deepEqual(
    [...numbers],
    Array.from({ length: VECTOR_COUNT }, (_, index) => index + 1),
  );
});

test('every vector prints and parses back to the same text', () => {
  for (const { expression } of vectors) {
    const printed = printExpression(parseExpression(expression));
    assert.equal(printExpression(parseExpression(printed)), printed);
  }
});

test('the expression of the guide prints to the letter', () => {
  const guide = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';
  assert.equal(printExpression(parseExpression(guide)), guide);
});
