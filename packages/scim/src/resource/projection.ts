import { InvalidValueError } from '../error.ts';
import { findAttribute, findExtension, type ResolvedAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { showValue } from './shown-value.ts';

/** Which attributes a client asks for, as it wrote them; an empty list is as none. @see RFC 7644 3.9 */
export interface ProjectionRequest {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

export interface ProjectionOptions {
  /** What becomes of a name that the type lacks; the standard does not say. */
  readonly unknown: 'ignore' | 'refuse';
}

/** Names by what they lie below: `name` -> `givenName`, a URN -> `manager` -> `value`; or all of it. */
export type ProjectedNames = ReadonlyMap<string, ProjectedNames | 'whole'>;

/** Which attributes of a resource a reply holds. */
export class Projection {
  readonly type: ResourceType;
  /** `default`: as the schema says; `only`: the names and what is always returned; `without`: all but the names. */
  readonly mode: 'default' | 'only' | 'without';
  readonly names: ProjectedNames;

  constructor(type: ResourceType, mode: Projection['mode'], names: ProjectedNames = new Map()) {
    this.type = type;
    this.mode = mode;
    this.names = names;
  }

  /**
   * Whether the reply holds the attribute, or part of it, so that it must be loaded.
   *
   * @param path of an attribute without sub-attribute, as the schema spells it; an extension's URN
   */
  wants(path: string): boolean {
    const returned = findAttribute(this.type, { attribute: path })?.attribute.returned ?? 'default';
    if (returned === 'always' || returned === 'never') return returned === 'always';
    if (this.mode === 'only') return this.names.has(path);
    return returned === 'default' && this.names.get(path) !== 'whole';
  }
}

/**
 * Reads which attributes a reply is to hold. Names may be qualified by URNs and name sub-attributes; the
 * URN of an extension alone means all of it.
 *
 * @throws {InvalidValueError} both lists are given, or a name is unknown and to be refused
 * @see RFC 7644 3.9, 3.10
 */
export function parseProjection(
  type: ResourceType,
  { attributes = [], excludedAttributes = [] }: ProjectionRequest,
  options: ProjectionOptions,
): Projection {
  if (attributes.length > 0 && excludedAttributes.length > 0) {
    throw new InvalidValueError('attributes and excludedAttributes exclude each other: send one of them');
  }
  if (attributes.length > 0) return new Projection(type, 'only', parseNames(type, attributes, options));
  const names = parseNames(type, excludedAttributes, options);
  return new Projection(type, names.size === 0 ? 'default' : 'without', names);
}

type NameTree = Map<string, NameTree | 'whole'>;

function parseNames(type: ResourceType, names: readonly string[], options: ProjectionOptions): ProjectedNames {
  const tree: NameTree = new Map();
  for (const name of names) {
    const steps = findSteps(type, name);
    if (steps) enter(tree, steps);
    else if (options.unknown === 'refuse') {
      throw new InvalidValueError(`${showValue(name)} is no attribute of ${type.name}: see /Schemas, or leave it out`);
    }
  }
  return tree;
}

function enter(tree: NameTree, steps: readonly string[]): void {
  let node: NameTree | 'whole' = tree;
  for (const [index, step] of steps.entries()) {
    const known: NameTree | 'whole' | undefined = node.get(step);
    if (known === 'whole') return;
    if (index === steps.length - 1) node.set(step, 'whole');
    else {
      const next: NameTree = known ?? new Map();
      node.set(step, next);
      node = next;
    }
  }
}

/** The names on the way to an attribute, from the top of a resource. */
function findSteps(type: ResourceType, name: string): readonly string[] | undefined {
  const extension = findExtension(type, name);
  if (extension) return [extension.schema.id];
  const resolved = findByText(type, name);
  if (!resolved) return undefined;
  const { attribute, subAttribute, schema } = resolved;
  const steps = subAttribute ? [attribute.name, subAttribute.name] : [attribute.name];
  return resolved.extension ? [schema.id, ...steps] : steps;
}

/** Finds an attribute by its whole name, URN included. @see RFC 7644 3.10 */
export function findByText(type: ResourceType, text: string): ResolvedAttribute | undefined {
  const colon = text.lastIndexOf(':');
  const [attribute = '', subAttribute, ...rest] = text.slice(colon + 1).split('.');
  if (rest.length > 0) return undefined;
  return findAttribute(type, {
    attribute,
    ...(subAttribute !== undefined && { subAttribute }),
    ...(colon >= 0 && { urn: text.slice(0, colon) }),
  });
}
