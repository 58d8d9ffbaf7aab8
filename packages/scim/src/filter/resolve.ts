import { InvalidFilterError } from '../error.ts';
import { printAttributeName } from '../path/attribute-name.ts';
import type { Quirk, QuirkUse } from '../quirk.ts';
import { tolerates } from '../resource/tolerate.ts';
import { type AttributeName, findAttribute, findExtensionAttribute, type ResolvedAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { comparedValue } from './compared-value.ts';
import { type Filter, joinFilters, NOTHING, notFilter } from './filter.ts';
import type { FilterSyntax, Operand } from './syntax.ts';

export interface ResolveFilterOptions {
  /**
   * The other types that the same request searches (root `/.search`): an attribute that one of them has and
   * `type` lacks has no value in `type`. An attribute that none has stays an error. Default none.
   */
  readonly otherTypes?: readonly ResourceType[];
}

type Compare = Extract<FilterSyntax, { kind: 'compare' }>;
type Present = Extract<FilterSyntax, { kind: 'present' }>;
type ValuePath = Extract<FilterSyntax, { kind: 'valuePath' }>;
type Term = Compare | Present | ValuePath;

interface Context {
  readonly type: ResourceType;
  readonly quirks: QuirkUse;
  readonly otherTypes: readonly ResourceType[];
}

/**
 * Turns the names of a filter into attributes of `type` and its literals into compared values.
 *
 * @throws {InvalidFilterError} an attribute that no schema of the type has, a value of another type than the
 * attribute's, or an operator that the attribute's type lacks: never a filter that silently matches nothing
 * @see RFC 7644 3.4.2.2, 3.4.2.1 (several types)
 */
export function resolveFilter(
  syntax: FilterSyntax,
  type: ResourceType,
  quirks: QuirkUse,
  options: ResolveFilterOptions = {},
): Filter {
  return resolveNode(syntax, { type, quirks, otherTypes: options.otherTypes ?? [] });
}

/**
 * Resolves what stands in the brackets of a value path: names there are sub-attributes of `parent`.
 *
 * @throws {InvalidFilterError} a name that is no sub-attribute of `parent`, or as for `resolveFilter`
 */
export function resolveElementFilter(
  syntax: FilterSyntax,
  parent: ResolvedAttribute,
  type: ResourceType,
  quirks: QuirkUse,
): Filter {
  return resolveInside(syntax, parent, { type, quirks, otherTypes: [] });
}

function resolveNode(syntax: FilterSyntax, context: Context): Filter {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return joinFilters(
        syntax.kind,
        syntax.filters.map((filter) => resolveNode(filter, context)),
      );
    case 'not':
      return notFilter(resolveNode(syntax.filter, context));
    case 'compare':
    case 'present':
    case 'valuePath':
      return resolveTerm(syntax, context);
  }
}

function resolveTerm(syntax: Term, context: Context): Filter {
  const { name, offset } = syntax.kind === 'valuePath' ? syntax : syntax.operand;
  const attribute = findWritten(name, context);
  if (attribute !== undefined) return resolveKnown(syntax, attribute, context);
  const other = context.otherTypes.find((type) => findWritten(name, { ...context, type }) !== undefined);
  if (other === undefined) throw unknownAttribute(name, offset, context);
  return withoutValue(resolveTerm(syntax, { ...context, type: other, otherTypes: [] }));
}

/** What a resolved term of another type says of a resource that lacks the attribute. */
function withoutValue(filter: Filter): Filter {
  return filter.kind === 'not' ? notFilter(withoutValue(filter.filter)) : NOTHING;
}

function resolveKnown(syntax: Term, attribute: ResolvedAttribute, context: Context): Filter {
  if (syntax.kind !== 'valuePath') {
    checkReadable(attribute, syntax.operand.offset);
    return syntax.operand.selector === undefined
      ? resolvePlain(syntax, attribute, context)
      : resolveSelected(syntax, syntax.operand.selector, attribute, context);
  }
  const parent = elementsOf(attribute, syntax.offset);
  return { kind: 'valuePath', attribute: parent, filter: resolveInside(syntax.filter, parent, context) };
}

/** `emails.value eq "x"`, `userName pr`: any element may match. */
function resolvePlain(syntax: Compare | Present, attribute: ResolvedAttribute, context: Context): Filter {
  const [test, negated] = resolveTest(syntax, attribute, context);
  return negated ? notFilter(outsideElements(test, context)) : outsideElements(test, context);
}

/** `primary eq false` speaks of one element, which has to be found first. */
function outsideElements(test: Filter, { type }: Context): Filter {
  if (test.kind !== 'not' || test.filter.kind !== 'compare') return test;
  return { kind: 'valuePath', attribute: parentOf(test.filter.attribute, type), filter: test };
}

/** `emails[type eq "work"].value eq "x"`: one element meets the value filter and the comparison. */
function resolveSelected(
  syntax: Compare | Present,
  selector: FilterSyntax,
  attribute: ResolvedAttribute,
  context: Context,
): Filter {
  const { offset } = syntax.operand;
  demandQuirk(context, 'value-path-sub-attribute-filter', () => {
    return `column ${offset + 1} has a sub-attribute after a value filter; write it inside the brackets`;
  });
  const parent = elementsOf(parentOf(attribute, context.type), offset);
  const [test, negated] = resolveTest(syntax, attribute, context);
  const filter = joinFilters('and', [resolveInside(selector, parent, context), test]);
  const selected: Filter = { kind: 'valuePath', attribute: parent, filter };
  return negated ? notFilter(selected) : selected;
}

function resolveInside(syntax: FilterSyntax, parent: ResolvedAttribute, context: Context): Filter {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return joinFilters(
        syntax.kind,
        syntax.filters.map((filter) => resolveInside(filter, parent, context)),
      );
    case 'not':
      return notFilter(resolveInside(syntax.filter, parent, context));
    case 'valuePath':
      throw new InvalidFilterError(
        `The filter has a value filter inside a value filter at column ${syntax.offset + 1}`,
      );
    case 'compare':
    case 'present': {
      const attribute = subAttributeOf(parent, syntax.operand, context);
      checkReadable(attribute, syntax.operand.offset);
      const [test, negated] = resolveTest(syntax, attribute, context);
      return negated ? notFilter(test) : test;
    }
  }
}

/** The positive test that a term is made of, and whether the term denies it. */
function resolveTest(syntax: Compare | Present, written: ResolvedAttribute, context: Context): [Filter, boolean] {
  if (syntax.kind === 'present') return [{ kind: 'present', attribute: written }, false];
  const { literal, operator } = syntax;
  if (literal.kind === 'json' && literal.value === null && (operator === 'eq' || operator === 'ne')) {
    return [{ kind: 'present', attribute: written }, operator === 'eq'];
  }
  const attribute = written.leaf.type === 'complex' ? valueAttribute(written, syntax, context) : written;
  const value = comparedValue(attribute, operator, literal, context.quirks);
  const test: Filter = { kind: 'compare', attribute, operator: operator === 'ne' ? 'eq' : operator, value };
  return [value === false && isPrimary(attribute) ? notFilter({ ...test, value: true }) : test, operator === 'ne'];
}

/** An element that does not say is not primary. @see RFC 7643 2.4 */
function isPrimary({ attribute, subAttribute }: ResolvedAttribute): boolean {
  return attribute.multiValued && subAttribute?.name === 'primary';
}

/** The sub-attribute that stands for a complex attribute compared as a whole. @see RFC 7644 3.4.2.2 (`emails co`) */
function valueAttribute(written: ResolvedAttribute, { operand }: Compare, context: Context): ResolvedAttribute {
  const value = findAttribute(context.type, {
    urn: written.schema.id,
    attribute: written.attribute.name,
    subAttribute: 'value',
  });
  if (value === undefined) {
    throw new InvalidFilterError(
      `The filter compares ${written.path} at column ${operand.offset + 1} as a whole, and it is complex. ` +
        `Compare one of its sub-attributes: ${subAttributeNames(written)}`,
    );
  }
  // The standard itself compares a multi-valued attribute as a whole, and no single one.
  if (!written.attribute.multiValued) {
    demandQuirk(context, 'complex-compared-as-value', () => {
      return `column ${operand.offset + 1} compares ${written.path} as a whole; write ${value.path}`;
    });
  }
  return value;
}

function findWritten(name: AttributeName, { type, quirks }: Context): ResolvedAttribute | undefined {
  const found = findAttribute(type, name);
  if (found !== undefined || name.urn !== undefined) return found;
  const inExtension = findExtensionAttribute(type, name);
  return inExtension !== undefined && tolerates(quirks, 'extension-attribute-without-urn') ? inExtension : undefined;
}

function subAttributeOf(parent: ResolvedAttribute, { name, offset }: Operand, { type }: Context): ResolvedAttribute {
  const found =
    name.urn === undefined && name.subAttribute === undefined
      ? findAttribute(type, { urn: parent.schema.id, attribute: parent.attribute.name, subAttribute: name.attribute })
      : undefined;
  if (found !== undefined) return found;
  throw new InvalidFilterError(
    `The value filter on ${parent.path} names "${printAttributeName(name)}" at column ${offset + 1}, which it does not have. ` +
      `Its sub-attributes: ${subAttributeNames(parent)}`,
  );
}

function elementsOf(attribute: ResolvedAttribute, offset: number): ResolvedAttribute {
  if (attribute.leaf.type === 'complex') return attribute;
  throw new InvalidFilterError(
    `The filter has a value filter on ${attribute.path} at column ${offset + 1}, which has no sub-attributes`,
  );
}

function parentOf({ schema, attribute }: ResolvedAttribute, type: ResourceType): ResolvedAttribute {
  const parent = findAttribute(type, { urn: schema.id, attribute: attribute.name });
  if (parent === undefined) throw new TypeError(`${attribute.name} is no attribute of ${type.name}`);
  return parent;
}

/** What is never returned must not be learned by asking either. @see RFC 7643 2.2 (returned), 9.2 */
function checkReadable({ attribute, leaf, path }: ResolvedAttribute, offset: number): void {
  if (attribute.returned !== 'never' && leaf.returned !== 'never') return;
  throw new InvalidFilterError(
    `The filter names ${path} at column ${offset + 1}, which is never returned nor compared`,
  );
}

function demandQuirk({ quirks }: Context, quirk: Quirk, refusal: () => string): void {
  if (tolerates(quirks, quirk)) return;
  throw new InvalidFilterError(`The filter is not by the standard: ${refusal()}`);
}

function unknownAttribute(name: AttributeName, offset: number, { type }: Context): InvalidFilterError {
  const hint = name.urn === undefined ? findExtensionAttribute(type, name) : undefined;
  return new InvalidFilterError(
    `The filter names "${printAttributeName(name)}" at column ${offset + 1}, which no schema of ${type.name} has. ` +
      (hint === undefined ? 'Its attributes are at /Schemas' : `Write ${hint.path}`),
  );
}

function subAttributeNames({ attribute }: ResolvedAttribute): string {
  return (attribute.subAttributes ?? []).map(({ name }) => name).join(', ');
}
