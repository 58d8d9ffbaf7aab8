import { InvalidFilterError } from '../error.ts';
import type { QuirkUse } from '../quirk.ts';
import { canonicalDateTime } from '../resource/date-time.ts';
import { foldValue } from '../resource/fold.ts';
import { shorten } from '../resource/shown-value.ts';
import { tolerates } from '../resource/tolerate.ts';
import type { AttributeType } from '../schema/attribute.ts';
import type { ResolvedAttribute } from '../schema/lookup.ts';
import type { ComparisonWord, Literal } from './syntax.ts';

type Compared = string | number | boolean;

const EQUALITY: ReadonlySet<ComparisonWord> = new Set(['eq', 'ne']);
const ORDER: ReadonlySet<ComparisonWord> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const TEXT: ReadonlySet<ComparisonWord> = new Set([...ORDER, 'co', 'sw', 'ew'] as const);

/** Booleans and binaries have no order; a part of a number or a date means nothing. @see RFC 7644 3.4.2.2 table 3 */
const OPERATORS: Readonly<Record<AttributeType, ReadonlySet<ComparisonWord>>> = {
  string: TEXT,
  reference: TEXT,
  binary: EQUALITY,
  boolean: EQUALITY,
  integer: ORDER,
  decimal: ORDER,
  dateTime: ORDER,
  complex: new Set(),
};

/**
 * Checks an operator and a literal against the attribute's type and brings the literal to the form that
 * stored values are compared in: folded text, canonical UTC, a boolean, a number.
 *
 * @throws {InvalidFilterError} the type lacks the operator, or the literal is of another type
 */
export function comparedValue(
  attribute: ResolvedAttribute,
  operator: ComparisonWord,
  literal: Literal,
  quirks: QuirkUse,
): Compared {
  const { type } = attribute.leaf;
  if (!OPERATORS[type].has(operator)) {
    throw mismatch(attribute, literal, `"${operator}" does not apply to it; its operators: ${words(type)}, pr`);
  }
  switch (type) {
    case 'boolean':
      return booleanValue(attribute, literal, quirks);
    case 'integer':
    case 'decimal':
      return numberValue(attribute, literal);
    case 'dateTime':
      return dateTimeValue(attribute, literal, quirks);
    default:
      return foldValue(textOf(attribute, literal, quirks), attribute.leaf);
  }
}

function booleanValue(attribute: ResolvedAttribute, literal: Literal, quirks: QuirkUse): boolean {
  const written = literal.kind === 'json' ? literal.value : literal.text;
  if (typeof written === 'boolean') return written;
  const word = String(written).toLowerCase();
  if ((word === 'true' || word === 'false') && tolerates(quirks, 'string-boolean-in-filter')) return word === 'true';
  throw mismatch(attribute, literal, `${show(literal)} is no boolean; write true or false without quotation marks`);
}

function numberValue(attribute: ResolvedAttribute, literal: Literal): number {
  if (literal.kind === 'json' && typeof literal.value === 'number') return literal.value;
  throw mismatch(attribute, literal, `${show(literal)} is no number; write it without quotation marks`);
}

function dateTimeValue(attribute: ResolvedAttribute, literal: Literal, quirks: QuirkUse): string {
  const instant = canonicalDateTime(textOf(attribute, literal, quirks));
  if (instant !== undefined) return instant;
  throw mismatch(attribute, literal, `${show(literal)} is no date; write it as "2026-01-31T08:00:00Z"`);
}

function textOf(attribute: ResolvedAttribute, literal: Literal, quirks: QuirkUse): string {
  if (literal.kind === 'json') {
    if (typeof literal.value === 'string') return literal.value;
    throw mismatch(attribute, literal, `${show(literal)} is no string; put the value in double quotation marks`);
  }
  if (tolerates(quirks, 'unquoted-filter-value')) return literal.text;
  throw mismatch(attribute, literal, `${show(literal)} lacks its double quotation marks`);
}

function mismatch({ path, leaf }: ResolvedAttribute, { offset }: Literal, what: string): InvalidFilterError {
  return new InvalidFilterError(`The filter compares ${path} (${leaf.type}) at column ${offset + 1}: ${what}`);
}

function show(literal: Literal): string {
  return shorten(literal.kind === 'json' ? JSON.stringify(literal.value) : literal.text);
}

function words(type: AttributeType): string {
  return [...OPERATORS[type]].join(', ');
}
