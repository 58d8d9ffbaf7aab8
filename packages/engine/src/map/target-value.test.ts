import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttributeDefinition, AttributeType } from './job-schema.ts';
import { MappingError, sameValue, type TargetValue, toTargetValue } from './target-value.ts';

const single = (type: AttributeType): AttributeDefinition => ({ name: 'a', type });

for (const [type, given, expected] of [
  ['String', 'x', 'x'],
  ['String', true, 'True'],
  ['String', 7, '7'],
  ['Boolean', 'True', true],
  ['Boolean', 'false', false],
  ['Boolean', false, false],
  ['Integer', '042', 42],
  ['Integer', -3, -3],
  ['String', ['only'], 'only'],
] satisfies [AttributeType, TargetValue, TargetValue][]) {
  test(`${JSON.stringify(given)} becomes ${JSON.stringify(expected)} in an attribute of type ${type}`, () => {
    assert.deepEqual(toTargetValue(given, single(type)), expected);
  });
}

for (const [type, given, code] of [
  ['Boolean', 'yes', 'InvalidAttributeValue'],
  ['Boolean', 1, 'InvalidAttributeValue'],
  ['Integer', '1.5', 'InvalidAttributeValue'],
  ['Integer', '12345678901234567890', 'InvalidAttributeValue'],
  ['Integer', true, 'InvalidAttributeValue'],
  ['String', ['a', 'b'], 'SchemaPropertyCanOnlyAcceptValue'],
] satisfies [AttributeType, TargetValue, string][]) {
  test(`${JSON.stringify(given)} is refused as ${code} in an attribute of type ${type}`, () => {
    assert.throws(
      () => toTargetValue(given, single(type)),
      (error) => error instanceof MappingError && error.code === code,
    );
  });
}

test('one value becomes a list in a multi-valued attribute', () => {
  assert.deepEqual(toTargetValue('a', { name: 'a', type: 'String', multiValued: true }), ['a']);
});

for (const [left, right, definition, same] of [
  ['a', 'a', {}, true],
  ['a', 'A', {}, false],
  ['a', 'A', { caseExact: false }, true],
  [['a', 'b'], ['b', 'a'], { multiValued: true }, true],
  [['a', 'b'], ['a', 'c'], { multiValued: true }, false],
  [['a'], ['a', 'b'], { multiValued: true }, false],
  ['1', 1, {}, false],
  [true, 'true', {}, false],
] satisfies [unknown, unknown, Partial<AttributeDefinition>, boolean][]) {
  test(`${JSON.stringify(left)} and ${JSON.stringify(right)} ${same ? 'are' : 'are not'} the same under ${JSON.stringify(definition)}`, () => {
    assert.equal(sameValue(left, right, { name: 'a', type: 'String', ...definition }), same);
  });
}
