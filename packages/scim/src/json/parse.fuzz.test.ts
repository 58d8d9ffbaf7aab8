import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ScimError } from '../error.ts';
import { parseJson } from './parse.ts';

const name = fc
  .string({ unit: 'grapheme' })
  .map((text, index = text.length) => `k${text}${index}`.replaceAll('\0', ''));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .uniqueArray(fc.tuple(name, tie('value')), { maxLength: 5, selector: ([key]) => key.normalize().toLowerCase() })
      .map(Object.fromEntries),
  ),
}));

test('property: what JSON.stringify writes is read as it was, however it is indented', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2, '\t'), (json, space) => {
      const text = JSON.stringify(json, undefined, space);
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
  );
});

const FRAGMENTS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '"B"',
  '\\',
  '\\u',
  '\\ud83d',
  '00',
  '1',
  '-',
  '.',
  'e',
  'true',
  'null',
  ' ',
  '\n',
  'é',
  '\0',
];

test('P14 property: arbitrary text is read as JSON.parse reads it, or refused with a 400', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      let parsed: unknown;
      try {
        parsed = parseJson(candidate);
      } catch (error) {
        assert.ok(error instanceof ScimError && error.status === 400, String(error));
        return;
      }
      assert.deepEqual(parsed, JSON.parse(candidate));
    }),
    { numRuns: 2000 },
  );
});

test('P14 property: one changed character is read as JSON.parse reads it, or refused with a 400', () => {
  const change = fc.tuple(value, fc.nat(), fc.constantFrom(...FRAGMENTS));
  fc.assert(
    fc.property(change, ([json, at, fragment]) => {
      const text = JSON.stringify(json);
      const position = at % text.length;
      const candidate = text.slice(0, position) + fragment + text.slice(position + 1);
      let expected: unknown;
      try {
        expected = JSON.parse(candidate);
      } catch {
        assert.throws(() => parseJson(candidate), ScimError);
        return;
      }
      try {
        assert.deepEqual(parseJson(candidate), expected);
      } catch (error) {
        assert.ok(error instanceof ScimError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
