import { InvalidFilterError, InvalidPathError } from '../error.ts';
import type { Filter } from '../filter/filter.ts';
import { resolveElementFilter } from '../filter/resolve.ts';
import type { FilterSyntax } from '../filter/syntax.ts';
import type { QuirkUse } from '../quirk.ts';
import { isHostileName } from '../resource/hostile-name.ts';
import { shorten } from '../resource/shown-value.ts';
import { tolerates } from '../resource/tolerate.ts';
import type { ScimSchema } from '../schema/attribute.ts';
import {
  type AttributeName,
  findAttribute,
  findExtension,
  findExtensionAttribute,
  type ResolvedAttribute,
} from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { printAttributeName } from './attribute-name.ts';
import type { PatchPath } from './parse.ts';

/** What a path means in one resource type. */
export type PatchTarget =
  /** An extension as a whole: the path is its URN. */
  | { readonly kind: 'extension'; readonly schema: ScimSchema }
  /** An attribute, or one of its sub-attributes: of each element where it is multi-valued. */
  | { readonly kind: 'attribute'; readonly attribute: ResolvedAttribute }
  /** The elements that a filter selects, or a sub-attribute of each. */
  | {
      readonly kind: 'elements';
      readonly attribute: ResolvedAttribute;
      readonly filter: Filter;
      /** The filter as written, from which an element can be made. */
      readonly syntax: FilterSyntax;
    };

/**
 * Finds what a path means in a resource type.
 *
 * @throws {InvalidPathError} the path names what no schema of the type has, or filters what has no elements
 * @see RFC 7644 3.5.2, 3.10
 */
export function resolvePath(path: PatchPath, type: ResourceType, quirks: QuirkUse): PatchTarget {
  const attribute = findWritten(path.name, type, quirks);
  if (attribute === undefined) return resolveExtension(path, type);
  if (path.filter === undefined) return { kind: 'attribute', attribute };
  if (!attribute.attribute.multiValued || attribute.attribute.type !== 'complex') {
    throw new InvalidPathError(
      `The path "${shorten(path.text)}" filters ${attribute.attribute.name}, which has no elements to select: ` +
        'leave the filter out',
    );
  }
  const filter = resolveValueFilter(path.filter, { path, attribute, type, quirks });
  return { kind: 'elements', attribute, filter, syntax: path.filter };
}

function findWritten(name: AttributeName, type: ResourceType, quirks: QuirkUse): ResolvedAttribute | undefined {
  const found = findAttribute(type, name);
  if (found !== undefined || name.urn !== undefined) return found;
  const inExtension = findExtensionAttribute(type, name);
  return inExtension !== undefined && tolerates(quirks, 'extension-attribute-without-urn') ? inExtension : undefined;
}

function resolveExtension(path: PatchPath, type: ResourceType): PatchTarget {
  const extension = path.filter === undefined ? findExtension(type, path.text) : undefined;
  if (extension !== undefined) return { kind: 'extension', schema: extension.schema };
  const hint = path.name.urn === undefined ? findExtensionAttribute(type, path.name) : undefined;
  throw new InvalidPathError(
    `The path "${shorten(path.text)}" names ${shorten(printAttributeName(path.name))}, ` +
      `which no schema of ${type.name} has: ${pathHint(path.name, hint)}`,
  );
}

function pathHint({ attribute }: AttributeName, hint: ResolvedAttribute | undefined): string {
  if (hint !== undefined) return `write ${hint.path}`;
  return isHostileName(attribute) ? 'it never will be one' : 'its attributes are at /Schemas';
}

interface ValueFilterPlace {
  readonly path: PatchPath;
  readonly attribute: ResolvedAttribute;
  readonly type: ResourceType;
  readonly quirks: QuirkUse;
}

/** A filter inside a path is part of the path: what is wrong in it is `invalidPath`. @see RFC 7644 3.12 table 9 */
function resolveValueFilter(syntax: FilterSyntax, { path, attribute, type, quirks }: ValueFilterPlace): Filter {
  const parent = findAttribute(type, { urn: attribute.schema.id, attribute: attribute.attribute.name }) ?? attribute;
  try {
    return resolveElementFilter(syntax, parent, type, quirks);
  } catch (error) {
    if (!(error instanceof InvalidFilterError)) throw error;
    throw new InvalidPathError(
      `The path "${shorten(path.text)}" has a value filter that does not hold. ${error.message}`,
    );
  }
}
