import type { SourceObjectType } from '@rollcall/sources';
import { findDefinition } from './attribute-list.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeDefinition,
  type AttributeMapping,
  FLOW_TYPES,
  type JobSchema,
  type ObjectMapping,
} from './job-schema.ts';
import { compileSource } from './mapping-source.ts';
import { toTargetValue } from './target-value.ts';

/** One thing that is wrong with a schema. */
export interface SchemaProblem {
  /** Where: `User.active`, `targetAttributes.Group.members`. */
  readonly place: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** A schema that cannot be used as it is; nothing was saved. */
export class JobSchemaError extends Error {
  override readonly name = 'JobSchemaError';
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[]) {
    super(problems.map(({ place, message }) => `${place}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** @throws {JobSchemaError} with every problem found */
export function assertValidSchema(schema: JobSchema): void {
  const problems = findProblems(schema);
  if (problems.length > 0) throw new JobSchemaError(problems);
}

/** Every problem of a schema, in the order of the document; empty when it can be used. */
export function findProblems(schema: JobSchema): readonly SchemaProblem[] {
  return [
    ...TYPES.flatMap((type) => listProblems(`sourceAttributes.${type}`, schema.sourceAttributes[type])),
    ...TYPES.flatMap((type) => targetListProblems(`targetAttributes.${type}`, schema.targetAttributes[type])),
    ...objectMappingProblems(schema.objectMappings),
    ...schema.objectMappings.flatMap((mapping) => new MappingCheck(schema, mapping).problems()),
  ];
}

const TYPES: readonly SourceObjectType[] = ['User', 'Group'];

function listProblems(place: string, list: readonly AttributeDefinition[]): SchemaProblem[] {
  const wrongType = list.filter(({ type }) => !ATTRIBUTE_TYPES.includes(type));
  return [
    ...repeated(list.map(({ name }) => name)).map((name) => ({
      place: `${place}.${name}`,
      message: 'is listed twice; names are compared without regard to case, so remove one',
    })),
    ...wrongType.map(({ name, type }) => ({
      place: `${place}.${name}`,
      message: `has the unknown type ${type}; use one of ${ATTRIBUTE_TYPES.join(', ')}`,
    })),
  ];
}

function targetListProblems(place: string, list: readonly AttributeDefinition[]): SchemaProblem[] {
  const primaries = list.filter(({ primary }) => primary);
  const onePrimary = primaries.length === 1 || list.length === 0;
  return [
    ...listProblems(place, list),
    ...(onePrimary ? [] : [{ place, message: `has ${primaries.length} primary attributes; mark exactly one: id` }]),
  ];
}

function objectMappingProblems(mappings: readonly ObjectMapping[]): SchemaProblem[] {
  const problems = repeated(mappings.map(({ sourceObject }) => sourceObject)).map((type) => ({
    place: type,
    message: 'has two object mappings; keep one',
  }));
  if (!mappings.some(({ sourceObject, enabled }) => sourceObject === 'User' && enabled)) {
    problems.push({ place: 'User', message: 'needs an enabled object mapping; only the one of groups can be off' });
  }
  return problems;
}

/** The checks of one object mapping against the lists of both sides. */
class MappingCheck {
  readonly #mapping: ObjectMapping;
  readonly #sourceList: readonly AttributeDefinition[];
  readonly #targetList: readonly AttributeDefinition[];

  constructor(schema: JobSchema, mapping: ObjectMapping) {
    this.#mapping = mapping;
    this.#sourceList = schema.sourceAttributes[mapping.sourceObject];
    this.#targetList = schema.targetAttributes[mapping.sourceObject];
  }

  problems(): SchemaProblem[] {
    return [
      ...this.#flowTypeProblems(),
      ...this.#repeatedTargets(),
      ...this.#matchingProblems(),
      ...this.#unmappedRequired(),
      ...this.#mapping.attributeMappings.flatMap((each) => this.#attributeProblems(each)),
    ];
  }

  #flowTypeProblems(): SchemaProblem[] {
    return this.#mapping.flowTypes
      .filter((flow) => !FLOW_TYPES.includes(flow))
      .map((flow) => this.#problem('flowTypes', `has the unknown action ${flow}; use ${FLOW_TYPES.join(', ')}`));
  }

  #repeatedTargets(): SchemaProblem[] {
    return repeated(this.#mapping.attributeMappings.map(({ target }) => target)).map((target) =>
      this.#problem(target, 'is mapped twice; a target attribute takes one mapping, so delete the other'),
    );
  }

  #matchingProblems(): SchemaProblem[] {
    const matching = this.#mapping.attributeMappings.filter(({ matchingPriority = 0 }) => matchingPriority > 0);
    if (matching.length === 0) {
      return [this.#problem('matching', 'no attribute matches objects; give one mapping the precedence 1')];
    }
    return repeated(matching.map(({ matchingPriority }) => String(matchingPriority))).map((priority) =>
      this.#problem('matching', `two mappings have the precedence ${priority}; give each its own`),
    );
  }

  #unmappedRequired(): SchemaProblem[] {
    const mapped = new Set(this.#mapping.attributeMappings.map(({ target }) => target.toLowerCase()));
    return this.#targetList
      .filter(({ name, required, primary }) => required && !primary && !mapped.has(name.toLowerCase()))
      .map(({ name }) => this.#problem(name, 'is required by the target and has no mapping; add one'));
  }

  #attributeProblems(mapping: AttributeMapping): SchemaProblem[] {
    const definition = findDefinition(this.#targetList, mapping.target);
    if (definition === undefined) {
      return [this.#problem(mapping.target, "is not in the target's attribute list; add it there with its type first")];
    }
    if (definition.primary) {
      return [this.#problem(mapping.target, "is the target's own id and cannot be mapped; map externalId")];
    }
    const precedence = this.#precedenceProblems(mapping, definition);
    if (definition.type === 'Reference') return [...precedence, ...this.#referenceProblems(mapping)];
    return [...precedence, ...this.#valueProblems(mapping, definition)];
  }

  #precedenceProblems({ target, source, matchingPriority }: AttributeMapping, definition: AttributeDefinition) {
    if (matchingPriority === undefined) return [];
    if (!Number.isSafeInteger(matchingPriority) || matchingPriority < 0) {
      return [this.#problem(target, `has the matching precedence ${matchingPriority}; use 1, 2, 3 … or none`)];
    }
    if (matchingPriority === 0) return [];
    const unfit = definition.type === 'Reference' || definition.multiValued || source.type === 'none';
    return unfit ? [this.#problem(target, 'cannot match objects: it must be a single value that is mapped')] : [];
  }

  #referenceProblems({ target, source }: AttributeMapping): SchemaProblem[] {
    if (this.#mapping.sourceObject !== 'Group' || target.toLowerCase() !== 'members') {
      return [this.#problem(target, 'is a reference; of references, the members of groups can be mapped')];
    }
    const attribute = source.type === 'direct' ? findDefinition(this.#sourceList, source.attribute) : undefined;
    return attribute?.type === 'Reference'
      ? []
      : [this.#problem(target, 'is a reference: map it directly from members, without an expression')];
  }

  #valueProblems(mapping: AttributeMapping, definition: AttributeDefinition): SchemaProblem[] {
    return [
      ...this.#sourceProblems(mapping),
      ...this.#constantProblems(mapping.target, mapping.defaultValue, definition),
      ...(mapping.source.type === 'constant'
        ? this.#constantProblems(mapping.target, mapping.source.value, definition)
        : []),
    ];
  }

  #sourceProblems({ target, source, flowType }: AttributeMapping): SchemaProblem[] {
    try {
      const { attributes, impure } = compileSource(source, this.#sourceList);
      return [
        ...attributes.flatMap((name) => this.#sourceAttributeProblems(target, name)),
        ...(impure && flowType !== 'ObjectAddOnly' ? [this.#problem(target, IMPURE)] : []),
      ];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return [this.#problem(target, error.message)];
    }
  }

  #sourceAttributeProblems(target: string, name: string): SchemaProblem[] {
    const attribute = findDefinition(this.#sourceList, name);
    if (attribute === undefined) {
      return [this.#problem(target, `takes [${name}], which is not in the source's attribute list; correct the name`)];
    }
    if (attribute.type !== 'Reference') return [];
    return [this.#problem(target, `takes the reference [${name}]; a reference maps to a reference only`)];
  }

  #constantProblems(target: string, value: string | undefined, definition: AttributeDefinition): SchemaProblem[] {
    if (value === undefined) return [];
    try {
      toTargetValue(value, definition);
      return [];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return [this.#problem(target, error.message)];
    }
  }

  #problem(name: string, message: string): SchemaProblem {
    return { place: `${this.#mapping.sourceObject}.${name}`, message };
  }
}

const IMPURE =
  'gives another value at every evaluation and would write in every cycle; apply it only during object creation';

/** Those that occur twice without regard to case, each once, as first written. */
function repeated(names: readonly string[]): string[] {
  const counts = new Map<string, { readonly name: string; count: number }>();
  for (const name of names) {
    const entry = counts.get(name.toLowerCase()) ?? { name, count: 0 };
    entry.count += 1;
    counts.set(name.toLowerCase(), entry);
  }
  return [...counts.values()].filter(({ count }) => count > 1).map(({ name }) => name);
}
