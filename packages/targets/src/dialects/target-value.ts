import { InvalidTargetAttributeError, type TargetAttribute } from './target-attribute.ts';

/**
 * A mapped value as the target's schema types it; `undefined` when there is none. Expressions give text,
 * so that "True" and "False" become booleans where the schema has one, and numbers text where it has text.
 *
 * @throws {InvalidTargetAttributeError} a boolean attribute has a value that is neither true nor false
 */
export function targetValue(target: TargetAttribute, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length === 0) return undefined;
  const type = target.resolved?.leaf.type;
  if (type === 'boolean') return booleanOf(target, value);
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return value;
}

function booleanOf(target: TargetAttribute, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (word === 'true' || word === 'false') return word === 'true';
  throw new InvalidTargetAttributeError(
    `${target.path} takes True or False, not ${JSON.stringify(value)?.slice(0, 60)}`,
  );
}

/** Whether the attribute as a whole points at another resource: `manager`. */
export function isReference({ resolved, selector, subAttribute }: TargetAttribute): boolean {
  const { attribute } = resolved ?? {};
  if (!attribute || selector || subAttribute !== undefined || attribute.multiValued) return false;
  return attribute.subAttributes?.some((sub) => sub.name === '$ref') ?? false;
}

/** The id that a reference's value holds, however the mapping wrote it. */
export function referencedId(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('value' in value)) return value;
  return value.value;
}
