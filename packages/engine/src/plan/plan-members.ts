import type { Queryable } from '@rollcall/storage';
import type { Position } from '../cycle/cycle-handle.ts';
import type { CycleRun } from '../cycle/cycle-run.ts';
import type { OperationDraft } from '../ledger/operation.ts';
import { insertOperations } from '../ledger/operation-store.ts';
import { type GroupChange, memberOperations } from './member-operations.ts';
import {
  FIRST_MEMBER,
  type MemberCursor,
  type MemberDelta,
  type MemberQuery,
  readMembersToAdd,
  readMembersToRemove,
} from './read-members.ts';

/** So many memberships are read and planned at a time. */
const PAGE_SIZE = 5_000;

/** Removals over all groups come first, then additions. */
export interface MemberPosition {
  readonly kind: GroupChange['kind'];
  readonly after: MemberCursor;
}

export const FIRST_REMOVAL: MemberPosition = { kind: 'removeMembers', after: FIRST_MEMBER };
export const FIRST_ADDITION: MemberPosition = { kind: 'addMembers', after: FIRST_MEMBER };

/**
 * Plans the next page of memberships and commits it together with where the page after begins.
 *
 * Answers that position, or `undefined` after the last page.
 */
export async function planMembers(run: CycleRun, position: MemberPosition): Promise<MemberPosition | undefined> {
  const { handle, job, target, numbers, clock } = run;
  const limit = Math.max(PAGE_SIZE, target.profile.membersPerRequestMax);
  const query = { tenant: job.tenant, sourceId: job.sourceId, jobId: job.id };
  const deltas = await readPage(handle.database, query, position, limit);
  const full = deltas.length === limit;
  const changes = groupChanges(position.kind, full ? wholeChunks(deltas, target.profile.membersPerRequestMax) : deltas);
  const drafts: readonly OperationDraft[] = changes.flatMap((change) => memberOperations(change, target.profile));
  const next = full ? { kind: position.kind, after: lastOf(changes) } : afterKind(position.kind);
  await handle.write(async (tx) => {
    await insertOperations(tx, handle.key, drafts, numbers, clock.now());
    await handle.advance(tx, 'members', asPosition(next));
  });
  return next;
}

function readPage(
  tx: Queryable,
  query: MemberQuery,
  { kind, after }: MemberPosition,
  limit: number,
): Promise<readonly MemberDelta[]> {
  return kind === 'removeMembers'
    ? readMembersToRemove(tx, query, after, limit)
    : readMembersToAdd(tx, query, after, limit);
}

function afterKind(kind: GroupChange['kind']): MemberPosition | undefined {
  return kind === 'removeMembers' ? FIRST_ADDITION : undefined;
}

/** The last page is noted as well: after a restart nothing is planned twice. */
function asPosition(next: MemberPosition | undefined): Position {
  return next === undefined ? { kind: 'planned' } : { ...next };
}

/** Where a restart goes on; `undefined` when every membership is planned. */
export function memberPosition(position: Position, sourceComplete: boolean): MemberPosition | undefined {
  if (position === null) return sourceComplete ? FIRST_REMOVAL : FIRST_ADDITION;
  return position.kind === 'planned' ? undefined : (position as unknown as MemberPosition);
}

/** A page that ends within a group keeps whole requests of it, so that no page costs the target one more. */
export function wholeChunks(deltas: readonly MemberDelta[], chunkSize: number): readonly MemberDelta[] {
  const last = deltas.at(-1);
  const start = deltas.findIndex(({ groupId }) => groupId === last?.groupId);
  const surplus = (deltas.length - start) % chunkSize;
  return surplus === 0 ? deltas : deltas.slice(0, deltas.length - surplus);
}

/** Memberships in order of their groups, gathered by group. */
export function groupChanges(kind: GroupChange['kind'], deltas: readonly MemberDelta[]): readonly GroupChange[] {
  const byGroup = Map.groupBy(deltas, ({ groupId }) => groupId);
  return [...byGroup.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { groupId, groupTargetId } = first;
    return [
      { kind, groupId, groupTargetId, members: members.map(({ type, id, targetId }) => ({ type, id, targetId })) },
    ];
  });
}

function lastOf(changes: readonly GroupChange[]): MemberCursor {
  const change = changes.at(-1);
  const member = change?.members.at(-1);
  if (change === undefined || member === undefined) throw new TypeError('a full page of memberships has a last one');
  return { groupId: change.groupId, type: member.type, id: member.id };
}
