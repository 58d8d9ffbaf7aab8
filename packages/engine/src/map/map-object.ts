import type { EvaluationContext } from '@rollcall/expressions';
import type { SourceObject, SourceValue } from '@rollcall/sources';
import type { CompiledAttributeMapping, CompiledObjectMapping } from './compile-schema.ts';
import type { SourceRecord } from './mapping-source.ts';
import { IS_SOFT_DELETED, OBJECT_ID } from './source-attributes.ts';
import { MappingError, type TargetValue, toTargetValue } from './target-value.ts';

/**
 * What the mappings give for one object, one place for each attribute mapping: a value; `null` when the source
 * has cleared it; `undefined` when it does not flow, because the source does not tell it or the expression
 * says so.
 */
export type MappedValues = readonly (TargetValue | null | undefined)[];

/** The object as mappings see it: names as the attribute list spells them, `objectId` and `IsSoftDeleted` added. */
export function toSourceRecord(
  { id, attributes }: Pick<SourceObject, 'id' | 'attributes'>,
  softDeleted: boolean,
  names: CompiledObjectMapping['sourceNames'],
): SourceRecord {
  const record: Record<string, SourceValue> = Object.create(null);
  record[OBJECT_ID] = id;
  for (const [name, value] of Object.entries(attributes)) record[names.get(name.toLowerCase()) ?? name] = value;
  record[IS_SOFT_DELETED] = softDeleted;
  return record;
}

/**
 * Evaluates every attribute mapping on the whole source object.
 *
 * Never on a change alone: an expression that sees a part of the object takes the rest for empty, and wipes
 * the target.
 *
 * @throws {MappingError} a value does not suit its target attribute; the message names both
 */
export function mapObject(
  mapping: CompiledObjectMapping,
  record: SourceRecord,
  context: EvaluationContext,
): MappedValues {
  return mapping.attributes.map((attribute) => mapAttribute(attribute, record, context));
}

function mapAttribute(
  mapping: CompiledAttributeMapping,
  record: SourceRecord,
  context: EvaluationContext,
): MappedValues[number] {
  const value = evaluate(mapping, record, context);
  if (value === undefined) return undefined;
  if (value !== null) return toTargetValue(value, mapping.definition);
  return mapping.source.attributes.some((name) => record[name] === undefined) ? undefined : null;
}

function evaluate(
  { target, source }: CompiledAttributeMapping,
  record: SourceRecord,
  context: EvaluationContext,
): MappedValues[number] {
  try {
    return source.evaluate(record, context);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MappingError('ExpressionFailed', `the mapping of ${target} failed: ${reason}`, { cause });
  }
}

/**
 * The attributes of a new object: every value that the mappings give, and the defaults of those that give none.
 *
 * @throws {MappingError} a required attribute has no value
 */
export function createAttributes(mapping: CompiledObjectMapping, values: MappedValues): Record<string, TargetValue> {
  const attributes: Record<string, TargetValue> = {};
  mapping.attributes.forEach(({ target, defaultValue }, index) => {
    const value = values[index] ?? defaultValue;
    if (value !== undefined) attributes[target] = value;
  });
  assertRequired(mapping, attributes);
  return attributes;
}

function assertRequired({ required }: CompiledObjectMapping, attributes: Record<string, TargetValue>): void {
  const missing = required.filter((name) => attributes[name] === undefined || attributes[name] === '');
  if (missing.length === 0) return;
  throw new MappingError(
    'MandatoryFieldsMissing',
    `the target requires ${missing.join(', ')} and the mappings give no value: fill the source attribute or set a default value`,
  );
}
