import type { DialectOperation, DialectRules, TargetChange } from './dialect-rules.ts';
import { ENTRA_RULES } from './entra.ts';
import { standardMemberOperations } from './rfc7644.ts';
import { referencedId } from './target-value.ts';

/**
 * PATCH as Entra sends it when the tenant URL carries `aadOptscim062020`: lower-case operations, real
 * booleans, members removed by a value path. Several simple attributes go into one operation without a
 * path, whose keys are dotted names and full URNs; value paths and the manager keep operations of their own.
 *
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export const ENTRA_SCIM062020_RULES: DialectRules = {
  extraSchemas: ENTRA_RULES.extraSchemas,
  entraCreate: true,
  operations,
  memberOperations: standardMemberOperations,
};

function operations(changes: readonly TargetChange[]): readonly DialectOperation[] {
  const simple = changes.filter(({ kind, value }) => kind === 'simple' && value !== undefined);
  if (simple.length < 2) return changes.map(operationOf);
  const merged = Object.fromEntries(simple.map(({ target, value }) => [target.path, value]));
  const others = changes.filter((change) => !simple.includes(change));
  return [...others.map(operationOf), { op: 'replace', value: merged }];
}

function operationOf({ target, kind, value, assigned }: TargetChange): DialectOperation {
  const { path } = target;
  // Entra clears a manager by an empty id.
  if (kind === 'reference')
    return { op: 'replace', path, value: { value: value === undefined ? '' : referencedId(value) } };
  if (value === undefined) return { op: 'remove', path };
  return { op: assigned ? 'replace' : 'add', path, value };
}
