import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalHashes, hashSecret, newCredential, parseCredential, readBearer } from './credential.ts';

test('a credential is its prefix, a public id of 12 and 256 random bits', () => {
  const { id, text } = newCredential('rc');
  assert.match(text, /^rc_[0-9a-z]{12}_[A-Za-z0-9_-]{43}$/);
  assert.equal(text.split('_')[1], id);
});

test('a new credential is read back to the same id and hash', () => {
  const made = newCredential('rk');
  assert.deepEqual(parseCredential('rk', made.text), { id: made.id, hash: made.hash });
});

test('P6 what is stored holds no part of the secret', () => {
  const { text, hash } = newCredential('rc');
  const secret = text.slice('rc_'.length + 12 + 1);
  assert.ok(!hash.includes(Buffer.from(secret)) && !hash.includes(Buffer.from(secret, 'base64url')));
});

test('no two of 2,000 credentials share an id or a secret', () => {
  const made = Array.from({ length: 2000 }, () => newCredential('rc'));
  assert.equal(new Set(made.map(({ id }) => id)).size, 2000);
  assert.equal(new Set(made.map(({ hash }) => hash.toString('hex'))).size, 2000);
});

test('S18 changing any one character of a token makes another token', () => {
  const { text, id, hash } = newCredential('rc');
  for (let index = 0; index < text.length; index++) {
    const changed = `${text.slice(0, index)}${text[index] === 'x' ? 'y' : 'x'}${text.slice(index + 1)}`;
    const parsed = parseCredential('rc', changed);
    assert.ok(parsed === undefined || parsed.id !== id || !equalHashes(parsed.hash, hash), `character ${index}`);
  }
});

test('a key is no token, and a token is no key', () => {
  assert.equal(parseCredential('rk', newCredential('rc').text), undefined);
  assert.equal(parseCredential('rc', newCredential('rk').text), undefined);
});

const HEADERS: readonly [header: string | undefined, text: string | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer  ', undefined],
  ['Basic abc', undefined],
  ['Bearerabc', undefined],
  ['Bearer abc def', undefined],
  ['Bearer abc,Bearer def', undefined],
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc ', 'abc'],
  [`Bearer ${'a'.repeat(513)}`, undefined],
];

for (const [header, text] of HEADERS) {
  test(`rfc6750-2.1 ${JSON.stringify(header?.slice(0, 40))} carries ${JSON.stringify(text)}`, () => {
    assert.equal(readBearer(header), text);
  });
}

test('P14 no header makes the reader throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => {
      const text = readBearer(header);
      assert.ok(text === undefined || header.includes(text));
    }),
  );
});

test('hashes of unequal length are unequal, without an error', () => {
  assert.equal(equalHashes(Buffer.alloc(0), hashSecret('a')), false);
});
