import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PROFILE } from '@rollcall/targets';
import fc from 'fast-check';
import { memberOperations, splitMembers } from './member-operations.ts';
import { groupChanges, wholeChunks } from './plan-members.ts';
import type { MemberDelta } from './read-members.ts';

const deltas = fc
  .array(fc.record({ group: fc.integer({ min: 0, max: 5 }), member: fc.integer({ min: 0, max: 50 }) }), {
    minLength: 1,
  })
  .map((pairs) => [...new Set(pairs.map(({ group, member }) => `${group}:${String(member).padStart(2, '0')}`))].sort())
  .map((keys): readonly MemberDelta[] =>
    keys.map((key) => {
      const [group = '', id = ''] = key.split(':');
      return { groupId: group, groupTargetId: `g-${group}`, type: 'User', id, targetId: `u-${id}` };
    }),
  );
const chunkSize = fc.integer({ min: 1, max: 10 });

test('chunks hold every membership once, in one group each, and never more than the limit', () => {
  fc.assert(
    fc.property(deltas, chunkSize, (all, membersPerRequestMax) => {
      const profile = { ...DEFAULT_PROFILE, membersPerRequestMax };
      const drafts = groupChanges('addMembers', all).flatMap((change) => memberOperations(change, profile));
      const flat = drafts.flatMap(({ sourceObjectId, members }) =>
        (members ?? []).map(({ id }) => `${sourceObjectId}:${id}`),
      );
      assert.deepEqual(
        flat,
        all.map(({ groupId, id }) => `${groupId}:${id}`),
      );
      assert.ok(drafts.every(({ members }) => (members?.length ?? 0) <= membersPerRequestMax));
    }),
  );
});

test('a page that ends within a group keeps whole requests of it, and at least one when it fits', () => {
  fc.assert(
    fc.property(deltas, chunkSize, (all, size) => {
      const kept = wholeChunks(all, size);
      const last = all.at(-1)?.groupId;
      assert.equal(kept.filter(({ groupId }) => groupId === last).length % size, 0);
      assert.ok(all.length - kept.length < size);
      assert.deepEqual(kept, all.slice(0, kept.length));
    }),
  );
});

test('P12 splitting a refused chunk ends with every member alone and loses none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
      const members = Array.from({ length: count }, (_, i) => ({
        type: 'User' as const,
        id: `${i}`,
        targetId: `u-${i}`,
      }));
      const change = { kind: 'addMembers', groupId: 'g', groupTargetId: 'g-1', members } as const;
      let whole = memberOperations(change, DEFAULT_PROFILE);
      const alone: string[] = [];
      let rounds = 0;
      for (; whole.length > 0; rounds += 1) {
        for (const draft of whole) if (draft.members?.length === 1) alone.push(draft.members[0]?.id ?? '');
        whole = whole.flatMap((draft) => splitMembers(draft, DEFAULT_PROFILE));
      }
      assert.deepEqual(
        alone.map(Number).sort((a, b) => a - b),
        members.map((_, index) => index),
      );
      assert.ok(rounds <= Math.ceil(Math.log2(count)) + 1);
    }),
  );
});
