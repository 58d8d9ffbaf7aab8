import {
  type JsonObject,
  type Member,
  type MemberDelta,
  type Quirk,
  type Resource,
  type ResourceType,
  schemasInUse,
  validateResource,
} from '@rollcall/scim';
import type { Database, Queryable } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { changedValues } from '../history/change-record.ts';
import { changeGroup } from './group-write.ts';
import { orUniqueness } from './refusals.ts';
import { retrying } from './retry.ts';
import type { ResourceRow } from './row.ts';
import { storedForm } from './stored-form.ts';
import { swapUser } from './swap-user.ts';
import { compareAndSwap, readForWrite, unchanged, type WriteKey } from './write-loop.ts';

export interface ReplaceInput extends WriteKey {
  readonly body: JsonObject;
  readonly reportQuirk: (quirk: Quirk) => void;
}

/**
 * Replaces a resource. What the body leaves out is cleared or kept as policy says; a disabled user whose
 * PUT does not name `active` stays disabled in any case.
 *
 * @throws {NotFoundError} there is no such resource
 * @throws {PreconditionFailedError} `If-Match` names another version
 * @throws {UniquenessError} a unique name is taken
 * @see RFC 7644 3.5.1
 */
export async function replaceResource(
  db: Database,
  context: RequestContext,
  input: ReplaceInput,
): Promise<ResourceRow> {
  const { type, body } = input;
  const quirks = { allowed: new Set(context.policy.quirks), report: input.reportQuirk };
  const valid = validateResource(body, type, { quirks, unknownAttributes: context.policy.unknownAttributes });
  if (type.name === 'Group') return replaceGroup(db, context, input, valid);
  return compareAndSwap(db, context, input, (row, handle) =>
    replaceUser(handle, context, input, { row, given: valid.resource }),
  );
}

async function replaceUser(
  db: Queryable,
  context: RequestContext,
  { type }: ReplaceInput,
  { row, given }: { readonly row: ResourceRow; readonly given: Resource },
): Promise<ResourceRow | undefined> {
  const before: JsonObject = JSON.parse(row.data);
  const after = merge(before, given, context.policy.putAbsent, type);
  const values = changedValues(before, after);
  if (!values) return unchanged(db, context, row);
  return swapUser(db, context, row, { type, values, after });
}

function replaceGroup(
  db: Database,
  context: RequestContext,
  input: ReplaceInput,
  valid: { readonly resource: Resource; readonly members?: readonly Member[] },
): Promise<ResourceRow> {
  const { type } = input;
  return retrying(() =>
    db.transaction(async (tx) => {
      const row = await readForWrite(tx, context, input, true);
      const before: JsonObject = JSON.parse(row.data);
      const after = merge(before, valid.resource, context.policy.putAbsent, type);
      const form = storedForm(after, type, context.policy);
      const change = { values: changedValues(before, after), form, deltas: memberDeltas(valid.members, context) };
      return orUniqueness(() => changeGroup(tx, context, row, change), form);
    }),
  );
}

/** A PUT that names `members`, even as an empty list, says who is in this group and in no other. */
function memberDeltas(members: readonly Member[] | undefined, { policy }: RequestContext): readonly MemberDelta[] {
  if (members) return [{ kind: 'replaceAll', members }];
  return policy.putAbsentMembers === 'clear' ? [{ kind: 'removeAll' }] : [];
}

function merge(before: Resource, given: Resource, absent: 'clear' | 'keep', type: ResourceType): Resource {
  if (absent === 'keep') return withSchemas({ ...before, ...given }, type);
  return before.active === false && given.active === undefined ? { ...given, active: false } : given;
}

const withSchemas = (resource: Resource, type: ResourceType): Resource => ({
  ...resource,
  schemas: schemasInUse(resource, type),
});
