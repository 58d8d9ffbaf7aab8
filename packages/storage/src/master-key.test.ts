import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { generateMasterKey, MasterKeyError, parseMasterKey, readOrCreateMasterKey } from './master-key.ts';
import { tempFolder } from './testing/temp-folder.ts';

const BYTES = Buffer.from('00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0', 'hex');

describe('master key', () => {
  const GOOD = [
    ['base64', BYTES.toString('base64')],
    ['base64 without padding', BYTES.toString('base64').replace('=', '')],
    ['base64url', BYTES.toString('base64url')],
    ['hex', BYTES.toString('hex')],
    ['hex in capitals', BYTES.toString('hex').toUpperCase()],
    ['with a line end, as a file has it', `${BYTES.toString('base64')}\n`],
  ] as const;
  for (const [title, text] of GOOD) {
    it(`${title} is read`, () => {
      const key = parseMasterKey(text);
      assert.deepEqual(key.bytes(), BYTES);
      assert.equal(key.id, parseMasterKey(BYTES.toString('hex')).id);
    });
  }

  const BAD = [
    ['empty', ''],
    ['a pass phrase', 'correct horse battery staple'],
    ['31 bytes', BYTES.subarray(1).toString('base64')],
    ['33 bytes', Buffer.concat([BYTES, BYTES.subarray(0, 1)]).toString('base64')],
    ['16 bytes in hex', BYTES.subarray(16).toString('hex')],
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['one byte repeated', 'ab'.repeat(32)],
    ['a pattern', '0123456789abcdef'.repeat(4)],
    ['hex with a foreign letter', `${BYTES.toString('hex').slice(0, -1)}g`],
  ] as const;
  for (const [title, text] of BAD) {
    it(`P6 ${title} is refused with advice, and is not quoted`, () => {
      assert.throws(
        () => parseMasterKey(text),
        (error: unknown) => {
          assert.ok(error instanceof MasterKeyError);
          assert.match(error.message, /openssl rand -base64 32/);
          if (text !== '') assert.doesNotMatch(error.message, new RegExp(text.slice(0, 12).replaceAll('+', '\\+')));
          return true;
        },
      );
    });
  }

  it('P6 its bytes show up in no print of it', () => {
    const key = parseMasterKey(BYTES.toString('hex'));
    const prints = [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), String(key)].join();
    for (const form of ['hex', 'base64'] as const)
      assert.equal(prints.includes(BYTES.toString(form).slice(0, 10)), false);
    assert.match(key.id, /^[0-9a-f]{16}$/);
  });

  it('a new one is good, and another each time', () => {
    assert.notEqual(parseMasterKey(generateMasterKey()).id, parseMasterKey(generateMasterKey()).id);
  });
});

describe('master key file', () => {
  it('is made for its owner only, and stays the same', async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, 'master.key');
    const key = readOrCreateMasterKey(path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const text = readFileSync(path, 'utf8');
    assert.equal(readOrCreateMasterKey(path).id, key.id);
    assert.equal(readFileSync(path, 'utf8'), text);
  });

  it('that others can read is refused', async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, 'master.key');
    readOrCreateMasterKey(path);
    chmodSync(path, 0o640);
    assert.throws(() => readOrCreateMasterKey(path), { name: 'MasterKeyError', message: /mode 0640.*chmod 600/ });
  });

  it('that holds something else is refused, and never overwritten', async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, 'master.key');
    writeFileSync(path, 'half a ke', { mode: 0o600 });
    assert.throws(() => readOrCreateMasterKey(path), { name: 'MasterKeyError', message: /restore it from a backup/ });
    assert.equal(readFileSync(path, 'utf8'), 'half a ke');
  });
});
