import { buildMemberChange, type TargetProfile } from '@rollcall/targets';
import type { MemberChange, OperationDraft } from '../ledger/operation.ts';

/** Some members of one group, to be added or removed. */
export interface GroupChange {
  readonly kind: 'addMembers' | 'removeMembers';
  readonly groupId: string;
  readonly groupTargetId: string;
  readonly members: readonly MemberChange[];
}

/** One operation for every request that the target's limit makes necessary. */
export function memberOperations(change: GroupChange, profile: TargetProfile): readonly OperationDraft[] {
  const { members } = change;
  const drafts: OperationDraft[] = [];
  for (let start = 0; start < members.length; start += profile.membersPerRequestMax) {
    drafts.push(memberOperation(change, members.slice(start, start + profile.membersPerRequestMax), profile));
  }
  return drafts;
}

function memberOperation(
  { kind, groupId, groupTargetId }: GroupChange,
  members: readonly MemberChange[],
  profile: TargetProfile,
): OperationDraft {
  const ids = members.map(({ targetId }) => targetId);
  const delta = kind === 'addMembers' ? { add: ids, remove: [] } : { add: [], remove: ids };
  const [request, ...more] = buildMemberChange(groupTargetId, delta, profile);
  if (request === undefined || more.length > 0) {
    throw new TypeError(`${ids.length} members of group ${groupId} need one request, not ${more.length + 1}`);
  }
  return {
    kind,
    objectType: 'Group',
    sourceObjectId: groupId,
    targetId: groupTargetId,
    request,
    matchedBy: null,
    claim: null,
    before: null,
    sent: null,
    linkState: null,
    members,
  };
}

/** The halves of a refused chunk: whoever is to blame ends up alone, and the others arrive. */
export function splitMembers(
  { kind, sourceObjectId, targetId, members }: OperationDraft,
  profile: TargetProfile,
): readonly OperationDraft[] {
  if (targetId === null || members === null || members.length < 2) return [];
  if (kind !== 'addMembers' && kind !== 'removeMembers') return [];
  const middle = Math.ceil(members.length / 2);
  return [members.slice(0, middle), members.slice(middle)].map((half) =>
    memberOperation({ kind, groupId: sourceObjectId, groupTargetId: targetId, members: half }, half, profile),
  );
}
