import { applyPatch, type MemberDelta, type PatchOperation, type PatchResult, type Quirk } from '@rollcall/scim';
import { crashpoint, type Database, type Queryable } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import type { ChangeValues } from '../history/change-record.ts';
import { addUsers, type QuickResult, removeMembers } from '../members/quick-change.ts';
import { changeGroup } from './group-write.ts';
import { orUniqueness } from './refusals.ts';
import { retrying } from './retry.ts';
import type { ResourceRow } from './row.ts';
import { storedForm } from './stored-form.ts';
import { swapUser } from './swap-user.ts';
import { isUuid } from './uuid.ts';
import { compareAndSwap, readForWrite, unchanged, type WriteKey } from './write-loop.ts';

export interface PatchInput extends WriteKey {
  readonly operations: readonly PatchOperation[];
  readonly reportQuirk: (quirk: Quirk) => void;
}

/**
 * Applies a PATCH as one unit. Undefined means that it was done without reading the resource: the common
 * change of a group's members.
 *
 * @throws {NotFoundError} there is no such resource
 * @throws {PreconditionFailedError} `If-Match` names another version
 * @throws {ScimError} an operation is refused; nothing of the request was done
 * @see RFC 7644 3.5.2
 */
export async function patchResource(
  db: Database,
  context: RequestContext,
  input: PatchInput,
): Promise<ResourceRow | undefined> {
  if (input.type.name !== 'Group')
    return compareAndSwap(db, context, input, (row, handle) => patchUser(handle, context, input, row));
  const quick = await patchMembersQuickly(db, context, input);
  return quick?.kind === 'done' ? undefined : patchGroup(db, context, input);
}

async function patchUser(
  db: Queryable,
  context: RequestContext,
  input: PatchInput,
  row: ResourceRow,
): Promise<ResourceRow | undefined> {
  const { type } = input;
  const result = apply(row, context, input);
  const values = changeValues(result);
  if (!values) return unchanged(db, context, row);
  return swapUser(db, context, row, { type, values, after: result.resource });
}

function patchGroup(db: Database, context: RequestContext, input: PatchInput): Promise<ResourceRow> {
  return retrying(() =>
    db.transaction(async (tx) => {
      const row = await readForWrite(tx, context, input, true);
      const result = apply(row, context, input);
      const form = storedForm(result.resource, input.type, context.policy);
      const change = { values: changeValues(result), form, deltas: result.members };
      return orUniqueness(() => changeGroup(tx, context, row, change), form);
    }),
  );
}

/**
 * One add or one removal of members, without `If-Match`, needs nothing of the group but that it exists:
 * a group of a million costs what a group of ten does.
 */
async function patchMembersQuickly(
  db: Database,
  context: RequestContext,
  input: PatchInput,
): Promise<QuickResult | undefined> {
  if (input.ifMatch !== undefined || !isUuid(input.id)) return undefined;
  if (!input.operations.every(({ path }) => path?.name.attribute.toLowerCase() === 'members')) return undefined;
  const { members } = applyPatch({
    ...patchRules(context, input),
    resource: MEMBERS_ONLY,
    operations: input.operations,
  });
  const [delta, ...others] = members;
  if (!delta || others.length > 0) return undefined;
  return retrying(() => changeQuickly(db, context, input.id, delta));
}

/** Stands for the group where operations touch members alone, which are no part of the document. */
const MEMBERS_ONLY = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'any' };

async function changeQuickly(
  db: Database,
  context: RequestContext,
  groupId: string,
  delta: MemberDelta,
): Promise<QuickResult | undefined> {
  crashpoint('after-validate');
  if (delta.kind === 'add') {
    return addUsers(
      db,
      context,
      groupId,
      delta.members.map(({ value }) => value),
    );
  }
  return delta.kind === 'remove' ? removeMembers(db, context, groupId, delta.ids) : undefined;
}

function apply(row: ResourceRow, context: RequestContext, input: PatchInput): PatchResult {
  return applyPatch({ ...patchRules(context, input), resource: JSON.parse(row.data), operations: input.operations });
}

function patchRules({ policy }: RequestContext, { type, reportQuirk }: PatchInput) {
  return {
    type,
    quirks: { allowed: new Set(policy.quirks), report: reportQuirk },
    unknownAttributes: policy.unknownAttributes,
  };
}

function changeValues({ changes }: PatchResult): ChangeValues | undefined {
  if (changes.length === 0) return undefined;
  const side = (pick: 'before' | 'after') =>
    Object.fromEntries(
      changes.flatMap((change) => {
        const value = change[pick];
        return value === undefined ? [] : [[change.attribute, value]];
      }),
    );
  return { before: side('before'), after: side('after') };
}
