import type { SourceObjectType } from '@rollcall/sources';
import { findDefinition } from './attribute-list.ts';
import type { AttributeDefinition, AttributeMapping, JobSchema, ObjectMapping } from './job-schema.ts';
import { type CompiledSource, compileSource } from './mapping-source.ts';
import { IS_SOFT_DELETED } from './source-attributes.ts';
import { type TargetValue, toTargetValue } from './target-value.ts';
import { assertValidSchema } from './validate-schema.ts';

/** A job's schema, checked and ready to map objects with. */
export interface CompiledSchema {
  readonly mappings: ReadonlyMap<SourceObjectType, CompiledObjectMapping>;
}

export interface CompiledObjectMapping {
  readonly sourceObject: SourceObjectType;
  readonly targetObject: string;
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  /** Every mapping of a value; references travel in their own wave. */
  readonly attributes: readonly CompiledAttributeMapping[];
  /** Positions in `attributes` of the matching ones, in order of precedence. */
  readonly matching: readonly number[];
  /** Target attributes that an object needs in order to be created. */
  readonly required: readonly string[];
  /** True when the group's members are mapped. */
  readonly members: boolean;
  /** Source names as the attribute list spells them, by their lower-case form. */
  readonly sourceNames: ReadonlyMap<string, string>;
}

export interface CompiledAttributeMapping {
  /** Name as the target's attribute list spells it. */
  readonly target: string;
  readonly definition: AttributeDefinition;
  readonly source: CompiledSource;
  readonly defaultValue: TargetValue | undefined;
  readonly onCreateOnly: boolean;
  readonly flowNull: boolean;
  /** True when `IsSoftDeleted` takes part, so that a change of it disables or enables. */
  readonly followsSoftDeleted: boolean;
}

/**
 * Prepares a schema for mapping.
 *
 * @throws {JobSchemaError} with every problem of the schema, not the first alone
 */
export function compileSchema(schema: JobSchema): CompiledSchema {
  assertValidSchema(schema);
  const enabled = schema.objectMappings.filter((mapping) => mapping.enabled);
  return { mappings: new Map(enabled.map((mapping) => [mapping.sourceObject, compileMapping(schema, mapping)])) };
}

function compileMapping(schema: JobSchema, mapping: ObjectMapping): CompiledObjectMapping {
  const { sourceObject, targetObject, flowTypes } = mapping;
  const sourceList = schema.sourceAttributes[sourceObject];
  const targetList = schema.targetAttributes[sourceObject];
  const isReference = ({ target }: AttributeMapping): boolean =>
    findDefinition(targetList, target)?.type === 'Reference';
  const valueMappings = mapping.attributeMappings.filter((each) => !isReference(each));
  return {
    sourceObject,
    targetObject,
    create: flowTypes.includes('Add'),
    update: flowTypes.includes('Update'),
    delete: flowTypes.includes('Delete'),
    attributes: valueMappings.map((each) => compileAttribute(each, sourceList, targetList)),
    matching: matchingOrder(valueMappings),
    required: targetList.filter(({ required, primary }) => required && !primary).map(({ name }) => name),
    members: mapping.attributeMappings.some(isReference),
    sourceNames: new Map(sourceList.map(({ name }) => [name.toLowerCase(), name])),
  };
}

function compileAttribute(
  mapping: AttributeMapping,
  sourceList: readonly AttributeDefinition[],
  targetList: readonly AttributeDefinition[],
): CompiledAttributeMapping {
  const definition = findDefinition(targetList, mapping.target);
  if (definition === undefined) throw new TypeError(`${mapping.target} passed validation but is in no attribute list`);
  const source = compileSource(mapping.source, sourceList);
  return {
    target: definition.name,
    definition,
    source,
    defaultValue: mapping.defaultValue === undefined ? undefined : toTargetValue(mapping.defaultValue, definition),
    onCreateOnly: mapping.flowType === 'ObjectAddOnly',
    flowNull: mapping.flowNull ?? true,
    followsSoftDeleted: source.attributes.includes(IS_SOFT_DELETED),
  };
}

function matchingOrder(mappings: readonly AttributeMapping[]): readonly number[] {
  return mappings
    .map(({ matchingPriority = 0 }, index) => ({ matchingPriority, index }))
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((a, b) => a.matchingPriority - b.matchingPriority)
    .map(({ index }) => index);
}
