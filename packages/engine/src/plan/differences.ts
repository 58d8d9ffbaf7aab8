import type { AttributeChange } from '@rollcall/targets';
import type { CompiledAttributeMapping } from '../map/compile-schema.ts';
import type { MappedValues } from '../map/map-object.ts';
import { sameValue, type TargetValue } from '../map/target-value.ts';

/** What the target was last sent, by target attribute. */
export type SentValues = Readonly<Record<string, TargetValue>>;

/**
 * The changes that bring a target from what it was last sent to what the mappings give now.
 *
 * Compared is what was sent, never what the target answered: a target that stores `Ann` as `ANN` would be
 * written to in every cycle. A value that the mappings do not tell changes nothing; one that they clear is
 * cleared where the mapping says so.
 */
export function findDifferences(
  mappings: readonly CompiledAttributeMapping[],
  values: MappedValues,
  sent: SentValues,
): readonly AttributeChange[] {
  const changes: AttributeChange[] = [];
  mappings.forEach((mapping, index) => {
    const change = findChange(mapping, values[index], sent[mapping.target]);
    if (change !== undefined) changes.push(change);
  });
  return changes;
}

function findChange(
  { target, definition, onCreateOnly, flowNull }: CompiledAttributeMapping,
  value: MappedValues[number],
  previous: TargetValue | undefined,
): AttributeChange | undefined {
  if (onCreateOnly || value === undefined) return undefined;
  if (value === null) {
    return previous !== undefined && flowNull ? { attribute: target, value: undefined, previous } : undefined;
  }
  if (previous !== undefined && sameValue(value, previous, definition)) return undefined;
  return { attribute: target, value, previous };
}

/** What the target has been sent once the changes are acknowledged. */
export function applyChanges(sent: SentValues, changes: readonly AttributeChange[]): SentValues {
  const next: Record<string, TargetValue> = { ...sent };
  for (const { attribute, value } of changes) {
    if (value === undefined) delete next[attribute];
    else next[attribute] = value as TargetValue;
  }
  return next;
}
