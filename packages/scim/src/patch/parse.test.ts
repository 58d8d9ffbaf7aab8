import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidSyntaxError, PayloadTooLargeError } from '../error.ts';
import { PATCH_OP_SCHEMA } from '../message/urns.ts';
import { recordedQuirks } from '../testing/recorded-quirks.ts';
import { parsePatch } from './parse.ts';

describe('the body of a PATCH', () => {
  const { quirks } = recordedQuirks();
  const operations = [{ op: 'remove', path: 'title' }];

  test('names are read in any case', () => {
    const request = parsePatch(
      { Schemas: [PATCH_OP_SCHEMA], operations: [{ Op: 'remove', PATH: 'title' }] },
      { quirks },
    );
    assert.equal(request.operations[0]?.path?.text, 'title');
  });

  test('the URN is compared without regard to case', () => {
    assert.equal(
      parsePatch({ schemas: [PATCH_OP_SCHEMA.toUpperCase()], Operations: operations }, { quirks }).operations.length,
      1,
    );
  });

  for (const schemas of [undefined, [], 'x', ['urn:example:x'], [5]]) {
    test(`schemas ${JSON.stringify(schemas)} is invalidSyntax`, () => {
      const body = { ...(schemas !== undefined && { schemas }), Operations: operations };
      assert.throws(() => parsePatch(body, { quirks }), InvalidSyntaxError);
    });
  }

  for (const wrong of [undefined, null, {}, 'x']) {
    test(`Operations ${JSON.stringify(wrong)} is invalidSyntax`, () => {
      const body = { schemas: [PATCH_OP_SCHEMA], ...(wrong !== undefined && { Operations: wrong }) };
      assert.throws(() => parsePatch(body, { quirks }), InvalidSyntaxError);
    });
  }

  test('a thousand operations pass, one more is 413', () => {
    const many = (count: number) => ({ schemas: [PATCH_OP_SCHEMA], Operations: Array(count).fill(operations[0]) });
    assert.equal(parsePatch(many(1000), { quirks }).operations.length, 1000);
    assert.throws(() => parsePatch(many(1001), { quirks }), PayloadTooLargeError);
  });
});
