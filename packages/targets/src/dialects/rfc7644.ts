import type { DialectOperation, DialectRules, MemberIds, TargetChange } from './dialect-rules.ts';
import { memberPath } from './dialect-rules.ts';
import type { TargetAttribute } from './target-attribute.ts';
import { referencedId } from './target-value.ts';

/**
 * PATCH as the standard has it: lower-case operations, each with a path, and booleans as booleans.
 *
 * @see RFC 7644 3.5.2
 */
export const RFC7644_RULES: DialectRules = {
  extraSchemas: () => [],
  entraCreate: false,
  operations,
  memberOperations: standardMemberOperations,
};

export function standardMemberOperations({ add, remove }: MemberIds): readonly DialectOperation[] {
  const removals = remove.map((id) => ({ op: 'remove', path: memberPath(id) }));
  if (add.length === 0) return removals;
  return [...removals, { op: 'add', path: 'members', value: add.map((id) => ({ value: id })) }];
}

function operations(changes: readonly TargetChange[]): readonly DialectOperation[] {
  const elements = new Map<string, TargetChange[]>();
  const others: TargetChange[] = [];
  for (const change of changes) {
    if (change.kind !== 'element') others.push(change);
    else elements.set(elementPath(change), [...(elements.get(elementPath(change)) ?? []), change]);
  }
  return [...others.map(operationOf), ...[...elements].flatMap(([path, parts]) => elementOperations(path, parts))];
}

function operationOf({ target, kind, value }: TargetChange): DialectOperation {
  const { path } = target;
  if (value === undefined) return { op: 'remove', path };
  return { op: 'replace', path, value: kind === 'reference' ? { value: referencedId(value) } : value };
}

/** The operations on one element: it is made whole, removed whole, or changed in parts. */
function elementOperations(path: string, parts: readonly TargetChange[]): readonly DialectOperation[] {
  const kept = parts.filter(({ value }) => value !== undefined);
  const exists = parts.some(({ elementExists }) => elementExists);
  if (!exists) return kept.length > 0 ? [newElement(kept)] : [];
  if (parts.some(({ value, elementRemains }) => value === undefined && !elementRemains))
    return [{ op: 'remove', path }];
  return parts.map(({ target, value, assigned }) => {
    const partPath = `${path}.${subAttributeOf(target)}`;
    if (value === undefined) return { op: 'remove', path: partPath };
    return { op: assigned ? 'replace' : 'add', path: partPath, value };
  });
}

/**
 * A whole element, for a value filter that selects nothing yet: by the standard an operation on such a path
 * fails with `noTarget`.
 */
function newElement(parts: readonly TargetChange[]): DialectOperation {
  const element = Object.fromEntries(parts.map(({ target, value }) => [subAttributeOf(target), value]));
  const [first] = parts;
  return { op: 'add', path: attributePath(first?.target), value: [{ ...first?.target.selector?.element, ...element }] };
}

/** The value path of an element with real booleans: Entra's mappings have `roles[primary eq "True"]`. */
function elementPath({ target }: TargetChange): string {
  const conditions = Object.entries(target.selector?.element ?? {}).map(
    ([name, value]) => `${name} eq ${JSON.stringify(value)}`,
  );
  return `${attributePath(target)}[${conditions.join(' and ')}]`;
}

function attributePath(target: TargetAttribute | undefined): string {
  return target?.path.slice(0, target.path.indexOf('[')) ?? '';
}

function subAttributeOf({ subAttribute }: TargetAttribute): string {
  return subAttribute ?? 'value';
}
