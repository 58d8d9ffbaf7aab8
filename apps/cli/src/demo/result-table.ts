import type { Reply } from '@rollcall/server';

/** What a cycle did, as one row under its heads. */
export function resultTable(report: Reply<'cycle'>): string {
  const cells = cellsOf(report);
  const widths = cells.map(([head, value]) => Math.max(head.length, value.length));
  const row = (side: 0 | 1): string => cells.map((cell, index) => cell[side].padStart(widths[index] ?? 0)).join('  ');
  return `${row(0)}\n${row(1)}\n`;
}

function cellsOf({
  counts,
  startedAt,
  finishedAt,
}: Reply<'cycle'>): readonly (readonly [head: string, value: string])[] {
  const { users, groups, members, requests } = counts;
  const ms = Date.parse(finishedAt ?? startedAt) - Date.parse(startedAt);
  const removed = [
    ['deleted', users.deleted + groups.deleted],
    ['failed', users.failed + groups.failed + members.failed],
  ] as const;
  return [
    ['created', format(users.created)],
    ['updated', format(users.updated + users.enabled + groups.updated)],
    ['disabled', format(users.disabled)],
    ...removed.filter(([, count]) => count > 0).map(([head, count]) => [head, format(count)] as const),
    ['groups', format(groups.created)],
    ['members', format(members.added + members.removed)],
    ['requests', format(requests)],
    ['seconds', (ms / 1000).toFixed(1)],
  ];
}

/** What is said about the numbers, where they do not speak for themselves. */
export function resultNotes({ kind, counts, sourceComplete }: Reply<'cycle'>): string {
  if (sourceComplete === false) return '';
  const { objectsRead, objectsSkipped, requests } = counts;
  if (requests === 0)
    return `Nothing changed: ${format(objectsRead)} users and groups were read, and nothing was sent.\n`;
  if (kind === 'incremental' || objectsSkipped === 0) return '';
  return `${format(objectsSkipped)} of the ${format(objectsRead)} users and groups were skipped: an account that is disabled in the directory is not created.\n`;
}

const format = (count: number): string => count.toLocaleString('en');
