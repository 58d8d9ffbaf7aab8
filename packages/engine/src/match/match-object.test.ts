import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindResult } from '@rollcall/targets';
import { matchObject } from './match-object.ts';

/** A target that answers each look-up from a table. */
function targetOf(answers: Readonly<Record<string, FindResult>>) {
  const asked: string[] = [];
  return {
    asked,
    find: async (_type: string, attribute: string, value: string): Promise<FindResult> => {
      asked.push(`${attribute}=${value}`);
      return answers[attribute] ?? { kind: 'found', objects: [] };
    },
  };
}

const KEYS = [
  { attribute: 'externalId', value: '1' },
  { attribute: 'userName', value: 'a@b' },
];
const hit = (...ids: readonly string[]): FindResult => ({ kind: 'found', objects: ids.map((id) => ({ id })) });

test('the first attribute in order of precedence that hits decides, and nothing more is asked', async () => {
  const target = targetOf({ externalId: hit('u-1'), userName: hit('u-2') });
  assert.deepEqual(await matchObject(target, 'User', KEYS), { kind: 'found', object: { id: 'u-1' } });
  assert.deepEqual(target.asked, ['externalId=1']);
});

test('an attribute without a hit gives way to the next', async () => {
  const target = targetOf({ userName: hit('u-2') });
  assert.deepEqual(await matchObject(target, 'User', KEYS), { kind: 'found', object: { id: 'u-2' } });
  assert.deepEqual(target.asked, ['externalId=1', 'userName=a@b']);
});

test('no hit anywhere is no match', async () => {
  assert.deepEqual(await matchObject(targetOf({}), 'User', KEYS), { kind: 'none' });
});

test('several hits are DuplicateTargetEntries and never a guess, whatever the next attribute says', async () => {
  const target = targetOf({ externalId: hit('u-1', 'u-3'), userName: hit('u-1') });
  const result = await matchObject(target, 'User', KEYS);
  assert.equal(result.kind === 'failed' && result.failure.code, 'DuplicateTargetEntries');
  assert.match(result.kind === 'failed' ? result.failure.detail : '', /externalId "1" \(u-1, u-3\)/);
});

test('a look-up that fails is no "no hit"', async () => {
  const outcome = { kind: 'refused', status: 403, detail: 'no' } as const;
  const result = await matchObject(targetOf({ externalId: { kind: 'error', outcome } }), 'User', KEYS);
  assert.equal(result.kind === 'failed' && result.failure.code, 'InsufficientRights');
});
