import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Explanation,
  ExpressionError,
  explainExpression,
  parseExpression,
  type SourceAttributes,
} from './index.ts';
import { fixedContext } from './testing/evaluation.ts';

function explain(text: string, source: SourceAttributes = {}): Explanation {
  return explainExpression(parseExpression(text), source, fixedContext());
}

/** Each node as a line: text, value, and a mark where it was not taken. */
function linesOf(node: Explanation): readonly string[] {
  const outcome = node.error ? `error ${node.error.code}` : JSON.stringify(node.value);
  return [`${node.text} -> ${outcome}${node.taken ? '' : ' (not taken)'}`, ...node.parts.flatMap(linesOf)];
}

test('tells the value of every node', () => {
  assert.deepEqual(linesOf(explain('Append(Mid([givenName], 1, 3), ".x")', { givenName: 'Johanna' })), [
    'Append(Mid([givenName], 1, 3), ".x") -> "Joh.x"',
    'Mid([givenName], 1, 3) -> "Joh"',
    '[givenName] -> "Johanna"',
    '1 -> 1',
    '3 -> 3',
    '".x" -> ".x"',
  ]);
});

test('tells the value of a branch that was not taken, and that it was not', () => {
  assert.deepEqual(linesOf(explain('IIF([a] = "1", "yes", ToUpper([b]))', { a: '1', b: 'no' })), [
    'IIF([a] = "1", "yes", ToUpper([b])) -> "yes"',
    '[a] = "1" -> true',
    '[a] -> "1"',
    '"1" -> "1"',
    '"yes" -> "yes"',
    'ToUpper([b]) -> "NO" (not taken)',
    '[b] -> "no" (not taken)',
  ]);
});

test('an argument that is left out has no value', () => {
  assert.deepEqual(linesOf(explain('Switch([a], , "k", "v")', { a: 'k' })), [
    'Switch([a], , "k", "v") -> "v"',
    '[a] -> "k"',
    ' -> undefined (not taken)',
    '"k" -> "k"',
    '"v" -> "v"',
  ]);
});

test('says why a condition on an empty attribute fails', () => {
  const explanation = explain('IIF([country] = "", "Other", [country])');
  assert.equal(explanation.value, null);
  assert.match(explanation.note ?? '', /\[country\] is empty, so the condition fails/);
  assert.deepEqual([explanation.parts[0]?.value, explanation.parts[0]?.taken], [true, false]);
});

test('tells an error where it arose, and the values beside it', () => {
  assert.deepEqual(linesOf(explain('Join(" ", Item([a], 0), [b])', { a: ['x'], b: 'y' })), [
    'Join(" ", Item([a], 0), [b]) -> error outOfRange',
    '" " -> " "',
    'Item([a], 0) -> error outOfRange',
    '[a] -> ["x"]',
    '0 -> 0',
    '[b] -> "y" (not taken)',
  ]);
});

test('an error in a branch that was not taken does not reach the whole', () => {
  const explanation = explain('IIF([a] = "1", "yes", CDate([b]))', { a: '1', b: 'no date' });
  assert.equal(explanation.value, 'yes');
  assert.equal(explanation.parts[2]?.error?.code, 'invalidDate');
});

test('P6 Redact hides its value, its parts and what is made of them', () => {
  const explanation = explain('Join("-", Redact(Append([secret], "salt")), [b])', { secret: 'hunter2', b: 'y' });
  const shown = linesOf(explanation);
  assert.deepEqual(shown, [
    'Join("-", Redact(Append([secret], "[Redact]")), [b]) -> "[Redact]"',
    '"-" -> "-"',
    'Redact(Append([secret], "[Redact]")) -> "[Redact]"',
    'Append([secret], "salt") -> "[Redact]"',
    '[secret] -> "[Redact]"',
    '[Redact] -> "[Redact]"',
    '[b] -> "y"',
  ]);
});

test('random values of a part and of the whole agree', () => {
  const explanation = explain('Append(RandomString(8,2,0,2,2), "!")');
  assert.equal(explanation.value, `${String(explanation.parts[0]?.value)}!`);
});

test('an expression that does not compile is refused', () => {
  assert.throws(() => explain('Foo([a])'), ExpressionError);
});
