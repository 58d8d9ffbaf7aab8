import type { DialectOperation, DialectRules, MemberIds, TargetChange } from './dialect-rules.ts';
import { memberPath } from './dialect-rules.ts';
import { referencedId } from './target-value.ts';

/**
 * PATCH as the standard has it: lower-case operations, each with a path, and booleans as booleans.
 *
 * @see RFC 7644 3.5.2
 */
export const RFC7644_RULES: DialectRules = {
  extraSchemas: () => [],
  entraCreate: false,
  operations: (changes) => [...newElements(changes), ...changes.flatMap(operationOf)],
  memberOperations: standardMemberOperations,
};

export function standardMemberOperations({ add, remove }: MemberIds): readonly DialectOperation[] {
  const removals = remove.map((id) => ({ op: 'remove', path: memberPath(id) }));
  if (add.length === 0) return removals;
  return [...removals, { op: 'add', path: 'members', value: add.map((id) => ({ value: id })) }];
}

function operationOf(change: TargetChange): readonly DialectOperation[] {
  const { target, value } = change;
  if (value === undefined) return [{ op: 'remove', path: removedPath(change) }];
  if (change.kind === 'reference') return [{ op: 'replace', path: target.path, value: { value: referencedId(value) } }];
  if (change.kind === 'element' && !change.elementExists) return [];
  // A replace of what is not there is an add (3.5.2.3), but a value path must select something.
  return [{ op: change.kind === 'element' && !change.assigned ? 'add' : 'replace', path: target.path, value }];
}

/**
 * Whole elements, for value filters that select nothing yet: by the standard an operation on such a path
 * fails with `noTarget`. Changes of one element make one element.
 */
function newElements(changes: readonly TargetChange[]): readonly DialectOperation[] {
  const elements = new Map<string, { path: string; element: Record<string, unknown> }>();
  for (const { target, kind, value, elementExists } of changes) {
    if (kind !== 'element' || elementExists || value === undefined) continue;
    const path = elementPath(target.path);
    const created = elements.get(path) ?? { path: attributePath(path), element: { ...target.selector?.element } };
    created.element[target.subAttribute ?? 'value'] = value;
    elements.set(path, created);
  }
  return [...elements.values()].map(({ path, element }) => ({ op: 'add', path, value: [element] }));
}

/** An element that loses its `value`, and of which nothing else is known, goes as a whole. */
function removedPath({ target, kind, elementRemains }: TargetChange): string {
  const losesValue = kind === 'element' && (target.subAttribute ?? 'value') === 'value';
  return losesValue && !elementRemains ? elementPath(target.path) : target.path;
}

function elementPath(path: string): string {
  return path.slice(0, path.lastIndexOf(']') + 1);
}

function attributePath(path: string): string {
  return path.slice(0, path.indexOf('['));
}
