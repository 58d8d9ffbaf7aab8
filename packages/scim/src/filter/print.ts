import { printAttributeName } from '../path/attribute-name.ts';
import type { ResolvedAttribute } from '../schema/lookup.ts';
import type { Filter } from './filter.ts';
import type { FilterSyntax, Literal, Operand } from './syntax.ts';

/** Writes a filter so that parsing the text gives the same filter again, offsets apart. */
export function printFilterSyntax(syntax: FilterSyntax): string {
  switch (syntax.kind) {
    case 'and':
      return syntax.filters
        .map((filter) => inGroup(printFilterSyntax(filter), filter.kind !== 'or' && filter.kind !== 'and'))
        .join(' and ');
    case 'or':
      return syntax.filters.map((filter) => inGroup(printFilterSyntax(filter), filter.kind !== 'or')).join(' or ');
    case 'not':
      return `not (${printFilterSyntax(syntax.filter)})`;
    case 'compare':
      return `${printOperand(syntax.operand)} ${syntax.operator} ${printLiteral(syntax.literal)}`;
    case 'present':
      return `${printOperand(syntax.operand)} pr`;
    case 'valuePath':
      return `${printAttributeName(syntax.name)}[${printFilterSyntax(syntax.filter)}]`;
  }
}

/**
 * Writes a resolved filter, for logs and for requests, with canonical names and compared values: `ne` reads
 * `not (… eq …)`, and text is in folded form. `nothing` is written as a filter that no resource meets.
 */
export function printFilter(filter: Filter): string {
  return print(filter, ({ path }) => path);
}

/** A string as a filter holds it, with its quotation marks. @see RFC 7644 3.4.2.2 (compValue) */
export function quoteFilterValue(value: string): string {
  return JSON.stringify(value);
}

function print(filter: Filter, nameOf: (attribute: ResolvedAttribute) => string): string {
  switch (filter.kind) {
    case 'and':
      return filter.filters.map((part) => inGroup(print(part, nameOf), part.kind !== 'or')).join(' and ');
    case 'or':
      return filter.filters.map((part) => print(part, nameOf)).join(' or ');
    case 'not':
      return `not (${print(filter.filter, nameOf)})`;
    case 'compare':
      return `${nameOf(filter.attribute)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'present':
      return `${nameOf(filter.attribute)} pr`;
    case 'valuePath':
      return `${filter.attribute.path}[${print(filter.filter, ({ leaf }) => leaf.name)}]`;
    case 'nothing':
      return 'not (schemas pr)';
  }
}

function printOperand({ name, selector }: Operand): string {
  if (selector === undefined) return printAttributeName(name);
  const { subAttribute = 'value', ...parent } = name;
  return `${printAttributeName(parent)}[${printFilterSyntax(selector)}].${subAttribute}`;
}

function printLiteral(literal: Literal): string {
  return literal.kind === 'json' ? JSON.stringify(literal.value) : literal.text;
}

function inGroup(text: string, bare: boolean): string {
  return bare ? text : `(${text})`;
}
