import {
  type AttributeName,
  type FilterSyntax,
  findAttribute,
  findExtensionAttribute,
  GROUP_TYPE,
  InvalidPathError,
  type PatchPath,
  parsePath,
  type ResolvedAttribute,
  USER_TYPE,
} from '@rollcall/scim';
import type { TargetResourceType } from '../target.ts';

/** The elements of a multi-valued attribute that a value filter names, and what a new one of them holds. */
export interface ElementSelector {
  /** The filter as the mapping spells it: `type eq "work"`. */
  readonly text: string;
  readonly element: Readonly<Record<string, string | number | boolean>>;
}

/** A target attribute of a mapping, taken apart. */
export interface TargetAttribute {
  /** The path of PATCH: as in the mapping, with its URN where the mapping left that of an extension out. */
  readonly path: string;
  /** Where it lies in a resource: the extension's URN, absent for the core schema. */
  readonly extension?: string;
  readonly attribute: string;
  readonly selector?: ElementSelector;
  readonly subAttribute?: string;
  /** What the standard's schemas say of it; absent for attributes that they do not have. */
  readonly resolved?: ResolvedAttribute;
}

/** The attribute of a mapping cannot be written to a target; the message says which and why. */
export class InvalidTargetAttributeError extends Error {
  override readonly name = 'InvalidTargetAttributeError';
}

const CACHE_MAX = 1000;
const cache = new Map<string, TargetAttribute>();

/**
 * Takes a target attribute apart: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:manager`.
 *
 * @throws {InvalidTargetAttributeError} it is no attribute path, or its value filter has more than `eq` and `and`
 */
export function parseTargetAttribute(type: TargetResourceType, text: string): TargetAttribute {
  const key = `${type} ${text}`;
  const cached = cache.get(key);
  if (cached) return cached;
  if (cache.size >= CACHE_MAX) cache.clear();
  const parsed = parse(type, text);
  cache.set(key, parsed);
  return parsed;
}

function parse(type: TargetResourceType, text: string): TargetAttribute {
  const { name, filter } = parseMappedPath(text);
  if (name.attribute === 'id' && name.urn === undefined) {
    throw new InvalidTargetAttributeError('id belongs to the target and cannot be written: map externalId instead');
  }
  const resolved = resolve(type, name);
  const extension = extensionOf(type, resolved, name.urn);
  return {
    path: extension !== undefined && name.urn === undefined ? `${extension}:${text}` : text,
    ...(extension !== undefined && { extension }),
    attribute: resolved?.attribute.name ?? name.attribute,
    ...(filter && { selector: selectorOf(text, filter) }),
    ...(name.subAttribute !== undefined && { subAttribute: resolved?.subAttribute?.name ?? name.subAttribute }),
    ...(resolved && { resolved }),
  };
}

/** The grammar lets no name begin with an underscore, so that no path reaches a prototype. */
function parseMappedPath(text: string): PatchPath {
  try {
    return parsePath(text);
  } catch (cause) {
    if (!(cause instanceof InvalidPathError)) throw cause;
    throw new InvalidTargetAttributeError(cause.message, { cause });
  }
}

/** Older configurations name `manager` without its URN: it is looked for in the extensions too. */
function resolve(type: TargetResourceType, name: AttributeName): ResolvedAttribute | undefined {
  const resourceType = type === 'User' ? USER_TYPE : GROUP_TYPE;
  const found = findAttribute(resourceType, name);
  return found ?? (name.urn === undefined ? findExtensionAttribute(resourceType, name) : undefined);
}

function extensionOf(type: TargetResourceType, resolved: ResolvedAttribute | undefined, urn: string | undefined) {
  if (resolved) return resolved.extension ? resolved.schema.id : undefined;
  const core = `urn:ietf:params:scim:schemas:core:2.0:${type}`;
  return urn?.toLowerCase() === core.toLowerCase() ? undefined : urn;
}

function selectorOf(path: string, filter: FilterSyntax): ElementSelector {
  const element: Record<string, string | number | boolean> = {};
  for (const part of conjunctsOf(filter)) {
    if (
      part.kind !== 'compare' ||
      part.operator !== 'eq' ||
      part.literal.kind !== 'json' ||
      part.literal.value === null
    ) {
      throw new InvalidTargetAttributeError(
        `the value filter of ${path} must compare with eq, so that a missing element can be created from it`,
      );
    }
    const { attribute } = part.operand.name;
    element[attribute] = selectedValue(attribute, part.literal.value);
  }
  return { text: path.slice(path.indexOf('[') + 1, path.lastIndexOf(']')), element };
}

function conjunctsOf(filter: FilterSyntax): readonly FilterSyntax[] {
  return filter.kind === 'and' ? filter.filters.flatMap(conjunctsOf) : [filter];
}

/** Entra writes `roles[primary eq "True"]`: in the element it makes, `primary` is a boolean. */
function selectedValue(attribute: string, value: string | number | boolean): string | number | boolean {
  if (attribute.toLowerCase() !== 'primary' || typeof value !== 'string') return value;
  return value.toLowerCase() === 'true';
}
