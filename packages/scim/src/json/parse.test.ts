import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidSyntaxError, InvalidValueError, ScimError } from '../error.ts';
import { parseJson, parseJsonObject } from './parse.ts';

const KEPT: readonly string[] = [
  '{}',
  '[]',
  'null',
  ' \t\r\n{ "a" : [ 1 , -2.5e3 , true , false , null , "x" ] } ',
  '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"}',
  '"\\ud83d\\ude00"',
  '"\\uD83D\\uDE00 and 😀"',
  '9007199254740991',
  '-9007199254740991',
  '0',
  '-0',
  '0.1',
  '1E5',
  '1.7976931348623157e308',
  '0.000e-999',
  '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
  '{"ﬁ":1,"fi":2}',
];

for (const text of KEPT) {
  test(`RFC 8259 ${JSON.stringify(text)} is read`, () => assert.deepEqual(parseJson(text), JSON.parse(text)));
}

const NOT_JSON: readonly [text: string, position: RegExp][] = [
  ['', /ends too early/],
  ['  ', /ends too early/],
  ['{"a":1', /ends too early/],
  ['"abc', /ends too early/],
  ['"abc\\', /"\\\\" at line 1, column 5/],
  ['[1,]', /"\]" at line 1, column 4/],
  ['{"a":1,}', /"\}" at line 1, column 8/],
  ['{a:1}', /"a" at line 1, column 2/],
  ["{'a':1}", /"'" at line 1, column 2/],
  ['{"a" 1}', /"1" at line 1, column 6/],
  ['{"a":tru}', /"t" at line 1, column 6/],
  ['[1 2]', /"2" at line 1, column 4/],
  ['1 2', /"2" at line 1, column 3/],
  ['{}}', /"\}" at line 1, column 3/],
  ['01', /"1" at line 1, column 2/],
  ['1.', /"\." at line 1, column 2/],
  ['.5', /"\." at line 1, column 1/],
  ['+1', /"\+" at line 1, column 1/],
  ['-', /"-" at line 1, column 1/],
  ['NaN', /"N" at line 1, column 1/],
  ['Infinity', /"I"/],
  ['"a\nb"', /"\\n" at line 1, column 3/],
  ['"a\0b"', /"\\u0000" at line 1, column 3/],
  ['"\\x"', /"\\\\" at line 1, column 2/],
  ['"\\u12"', /"\\\\" at line 1, column 2/],
  ['\ufeff{}', /at line 1, column 1/],
  ['// no\n1', /"\/" at line 1, column 1/],
  ['{\n  "a": 1,\n  "b": oops\n}', /"o" at line 3, column 8/],
];

for (const [text, position] of NOT_JSON) {
  test(`S1 ${JSON.stringify(text)} is no JSON`, () => {
    assert.throws(() => JSON.parse(text), SyntaxError);
    assert.throws(
      () => parseJson(text),
      (error) => error instanceof InvalidSyntaxError && position.test(error.message),
    );
  });
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

test('S1 32 levels are read, 33 refused, and a million as well', () => {
  parseJson(nested(32));
  for (const depth of [33, 1_000_000]) {
    assert.throws(() => parseJson(nested(depth)), /^InvalidSyntaxError: JSON is nested deeper than 32 levels/);
  }
  assert.throws(() => parseJson('{"a":'.repeat(33)), /deeper than 32/);
  assert.throws(() => parseJson('[[1]]', { depthMax: 1 }), /deeper than 1 levels at line 1, column 2/);
});

const NAMES: readonly [title: string, text: string, detail: RegExp][] = [
  ['S3 a name twice', '{"a":1,"a":2}', /a is given twice at line 1, column 8/],
  ['S3 a name twice but for case', '{"userName":1,"USERNAME":2}', /USERNAME is given twice/],
  ['S3 a name twice but for an escape', '{"ab":1,"\\u0061b":2}', /ab is given twice/],
  ['S3 a name twice but for composition', '{"\u00e9":1,"e\u0301":2}', /given twice/],
  ['S3 a name twice in an inner object', '{"a":[{},{"b":1,"c":{},"B":2}]}', /B is given twice/],
  ['S4 __proto__', '{"a":{"__proto__":1}}', /__proto__ is no name of an attribute/],
  ['S4 __proto__ by an escape', '{"\\u005f_proto__":1}', /__proto__ is no name/],
  ['S4 constructor', '{"constructor":1}', /constructor is no name/],
  ['S4 Prototype', '{"Prototype":1}', /Prototype is no name/],
];

for (const [title, text, detail] of NAMES) {
  test(`${title} is refused`, () => {
    assert.throws(
      () => parseJson(text),
      (error) => error instanceof InvalidSyntaxError && detail.test(error.message),
    );
  });
}

const VALUES: readonly [title: string, text: string, detail: RegExp][] = [
  ['S7 NUL', '{"a":"x\\u0000"}', /NUL .*line 1, column 8/],
  ['S7 NUL in a name', '{"\\u0000":1}', /NUL/],
  ['S8 the first half of a pair alone', '"\\ud800"', /surrogate.*column 2/],
  ['S8 the first half before a letter', '"\\ud800a"', /surrogate/],
  ['S8 the first half before another first half', '"\\ud83d\\ud83d\\ude00"', /surrogate.*column 2/],
  ['S8 the second half alone', '"\\uDE00"', /surrogate/],
  ['S8 a half that is not escaped', '"\ud800"', /surrogate/],
  ['S8 an escaped half before one that is not', '"\\ud83d\ude00"', /surrogate/],
  ['S9 an integer beyond what is safe', '[9007199254740992]', /integer 9007199254740992 .*column 2/],
  ['S9 a negative one', '-9007199254740993', /integer -9007199254740993/],
  ['S9 an integer of a thousand digits', '1'.repeat(1000), /integer 1{60}… is beyond/],
  ['S9 infinity', '1e999', /1e999 is beyond/],
  ['S9 what would become zero', '-1.5e-999', /beyond/],
];

for (const [title, text, detail] of VALUES) {
  test(`${title} is refused`, () => {
    assert.throws(
      () => parseJson(text),
      (error) => error instanceof InvalidValueError && detail.test(error.message),
    );
  });
}

test('P6 an error does not quote the text', () => {
  for (const text of ['{"password":"canary-1" x}', '{"password":"canary-1', '{"password":"canary-1\\ud800"}']) {
    assert.throws(
      () => parseJson(text),
      (error) => error instanceof ScimError && !error.message.includes('canary'),
    );
  }
});

for (const text of ['[]', 'null', '"x"', '5', 'true']) {
  test(`${text} is no message`, () => assert.throws(() => parseJsonObject(text), InvalidSyntaxError));
}

test('a message is an object', () => assert.deepEqual(parseJsonObject('{"a":1}'), { a: 1 }));
