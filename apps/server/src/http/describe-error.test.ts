import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError } from './describe-error.ts';

const SECRET = 'mbzfisENmPZWm-5o6CtfgDoxQcNCBKue36f6omZyl0o';

const LEAKS: readonly [how: string, text: string][] = [
  ['a token', `cannot parse rc_rhf9z9sbvyta_${SECRET}`],
  ['a key in quotation marks', `Unexpected token in "rk_rhf9z9sbvyta_${SECRET}"`],
  ['an Authorization header', `Authorization: Bearer ${SECRET}`],
  ['a database URL', `connect postgresql://rollcall:${SECRET}@db:5432/x failed`],
];

for (const [how, text] of LEAKS) {
  test(`P6 S19 ${how} in a message, a stack, a code or a cause is not logged`, () => {
    const error = Object.assign(new Error(text, { cause: new Error(text) }), { code: text });
    assert.ok(!JSON.stringify(describeError(error)).includes(SECRET));
  });
}

test('P6 what hangs on an error beside the listed fields is not logged', () => {
  const error = Object.assign(new Error('refused'), { headers: { authorization: SECRET }, params: [SECRET] });
  assert.deepEqual(Object.keys(describeError(error)).sort(), ['message', 'stack', 'type']);
});

test('a message keeps what is no secret', () => {
  const { message, type } = describeError(new TypeError('tenant "acme" has no token rhf9z9sbvyta'));
  assert.deepEqual([type, message], ['TypeError', 'tenant "acme" has no token rhf9z9sbvyta']);
});

test('causes that go in a circle end', () => {
  const error = new Error('round');
  error.cause = error;
  let depth = 0;
  for (let at = describeError(error); at.cause !== undefined; at = at.cause) depth += 1;
  assert.equal(depth, 5);
});

test('what is thrown and is no error is described too', () => {
  assert.deepEqual(describeError('text'), { type: 'string', message: 'text' });
  assert.deepEqual(describeError(undefined), { type: 'undefined', message: 'undefined' });
});
