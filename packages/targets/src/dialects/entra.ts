import type { DialectOperation, DialectRules, MemberIds, TargetChange, UpdateContext } from './dialect-rules.ts';
import { referencedId } from './target-value.ts';

/** The URN that Entra adds to every group it creates, beside the core schema's. */
export const ENTRA_GROUP_SCHEMA = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

/**
 * PATCH as Entra sends it by default: capitalised operations, one for each attribute, `active` as the
 * string "True" or "False", and members removed by a list of values. A strict server may read that last
 * form as a removal of all members, so use it only for servers built for Entra, and to test them.
 *
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export const ENTRA_RULES: DialectRules = {
  extraSchemas: (type) => (type === 'Group' ? [ENTRA_GROUP_SCHEMA] : []),
  entraCreate: true,
  operations: (changes, context) => changes.map((change) => operationOf(change, context)),
  memberOperations,
};

function operationOf(change: TargetChange, context: UpdateContext): DialectOperation {
  const { path } = change.target;
  if (change.value === undefined) return { op: 'Remove', path };
  if (change.kind === 'reference') return { op: 'Add', path, value: [referenceTo(change.value, context)] };
  return { op: change.assigned ? 'Replace' : 'Add', path, value: stringBoolean(change.value) };
}

function referenceTo(value: unknown, { userUrl }: UpdateContext): Readonly<Record<string, unknown>> {
  const id = referencedId(value);
  return { ...(userUrl && { $ref: userUrl(String(id)) }), value: id };
}

function stringBoolean(value: unknown): unknown {
  if (typeof value !== 'boolean') return value;
  return value ? 'True' : 'False';
}

function memberOperations({ add, remove }: MemberIds): readonly DialectOperation[] {
  return [
    ...(remove.length > 0 ? [{ op: 'Remove', path: 'members', value: remove.map(memberOf) }] : []),
    ...(add.length > 0 ? [{ op: 'Add', path: 'members', value: add.map(memberOf) }] : []),
  ];
}

function memberOf(id: string): { readonly $ref: null; readonly value: string } {
  return { $ref: null, value: id };
}
