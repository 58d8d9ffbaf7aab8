import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupTests } from './groups.ts';

const FILES = [
  'tests/wire/wire.test.ts',
  'packages/storage/src/postgres.test.ts',
  'packages/scim/src/b.test.ts',
  'packages/scim/src/a.test.ts',
  'apps/cli/src/main.test.ts',
];

test('pure packages come first, then databases, then whole servers', () => {
  const groups = groupTests(FILES).map(({ name, files }) => [name, ...files]);
  assert.deepEqual(groups, [
    ['pure packages', 'packages/scim/src/a.test.ts', 'packages/scim/src/b.test.ts'],
    ['packages and apps', 'apps/cli/src/main.test.ts', 'packages/storage/src/postgres.test.ts'],
    ['whole servers', 'tests/wire/wire.test.ts'],
  ]);
});

test('filters keep files whose path contains one of them', () => {
  assert.deepEqual(
    groupTests(FILES, ['storage', 'wire']).flatMap((group) => group.files),
    ['packages/storage/src/postgres.test.ts', 'tests/wire/wire.test.ts'],
  );
  assert.deepEqual(groupTests(FILES, ['nothing like this']), []);
});

test('a file in a folder that no group knows is an error, not a test that never runs', () => {
  assert.throws(() => groupTests(['elsewhere/x.test.ts']), /elsewhere\/x\.test\.ts belongs to no group/);
});
