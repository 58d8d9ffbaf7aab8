import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '@rollcall/server';
import { resultNotes, resultTable } from './result-table.ts';

const NONE = { created: 0, updated: 0, disabled: 0, enabled: 0, deleted: 0, linked: 0, released: 0, failed: 0 };

function report(
  counts: Partial<Reply<'cycle'>['counts']>,
  kind: 'initial' | 'incremental' = 'initial',
): Reply<'cycle'> {
  return {
    id: 'c1',
    jobId: 'j1',
    kind,
    state: 'completed',
    stage: 'finished',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:12.340Z',
    progress: { done: 1, total: 1 },
    counts: {
      users: NONE,
      groups: NONE,
      members: { added: 0, removed: 0, failed: 0 },
      requests: 0,
      objectsRead: 0,
      objectsRefused: 0,
      objectsSkipped: 0,
      ...counts,
    },
  };
}

test('the table has a head and a row, numbers under their heads', () => {
  const table = resultTable(
    report({
      users: { ...NONE, created: 970 },
      groups: { ...NONE, created: 60 },
      members: { added: 2786, removed: 0, failed: 0 },
      requests: 2128,
    }),
  );
  assert.equal(
    table,
    'created  updated  disabled  groups  members  requests  seconds\n' +
      '    970        0         0      60    2,786     2,128     12.3\n',
  );
});

test('what was deleted and what failed have columns only when there are some', () => {
  const table = resultTable(
    report({ users: { ...NONE, deleted: 2, failed: 1 }, members: { added: 0, removed: 0, failed: 3 } }),
  );
  assert.match(table, /disabled {2}deleted {2}failed {2}groups/);
  assert.match(table, /\n +0 +0 +0 +2 +4 +0 /);
});

test('a cycle that sent nothing says so', () => {
  assert.match(
    resultNotes(report({ objectsRead: 1060 }, 'incremental')),
    /^Nothing changed: 1,060 .* nothing was sent/,
  );
});

test('a first cycle says why there are fewer accounts than people', () => {
  assert.match(
    resultNotes(report({ objectsRead: 1060, objectsSkipped: 27, requests: 1 })),
    /^27 of the 1,060 .*disabled/,
  );
  assert.equal(resultNotes(report({ objectsRead: 1060, requests: 1 })), '');
});
