import type { ResolvedAttribute } from '../schema/lookup.ts';

/**
 * A filter whose names are attributes of one resource type and whose values are in compared form. It says
 * the same in memory (`evaluateFilter`) and in SQL:
 *
 * - **Elements.** A multi-valued attribute, or a sub-attribute of one, matches when any element does. In a
 *   `valuePath` one and the same element meets the whole inner filter.
 * - **Absence.** An unassigned attribute matches no `compare` and no `present`; there is no third truth
 *   value, so `not` of a non-match is a match.
 * - **`ne`** is not here: `a ne x` is exactly `not (a eq x)`, so that an unassigned attribute differs from
 *   everything. `a eq null` is `not (a pr)`, `a ne null` is `a pr`.
 * - **`primary`.** An element that does not say is not primary (RFC 7643 2.4): `primary eq false` arrives
 *   as `not (primary eq true)` inside a value path.
 * - **Text.** `value` is folded (`foldText`) unless the attribute is `caseExact`, and meets folded values.
 *   `co`, `sw` and `ew` occur with strings and references only, and with "" match any assigned value.
 * - **Order.** `gt`, `ge`, `lt`, `le` go by code point of the folded text, by value of numbers, and by
 *   instant of dates: a dateTime is canonical UTC text (`canonicalDateTime`), whose text order is time's.
 *   They do not occur with booleans and binaries.
 * - **Presence.** `false`, `0` and "" are assigned. A complex value is assigned when one of its
 *   sub-attributes is, a multi-valued attribute when one of its elements is.
 * - **Complex attributes** are never compared as a whole: `emails eq "x"` arrives as `emails.value eq "x"`.
 *
 * @see RFC 7644 3.4.2.2, RFC 7643 2.2 (caseExact), 2.4 (primary), 2.5 (unassigned)
 */
export type Filter =
  /** Two or more filters, none of the same kind as this one. */
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  /** `attribute.leaf` is not complex. */
  | CompareFilter
  | { readonly kind: 'present'; readonly attribute: ResolvedAttribute }
  /** Attributes inside are sub-attributes of `attribute`; value paths do not nest. */
  | { readonly kind: 'valuePath'; readonly attribute: ResolvedAttribute; readonly filter: Filter }
  /** Matches nothing: at root `/.search`, an attribute that another type has and this one lacks. @see RFC 7644 3.4.2.1 */
  | { readonly kind: 'nothing' };

/** One comparison of a `Filter`. */
export interface CompareFilter {
  readonly kind: 'compare';
  readonly attribute: ResolvedAttribute;
  readonly operator: CompareOperator;
  /** A string for string, reference, binary and dateTime attributes; else the attribute's own type. */
  readonly value: string | number | boolean;
}

/** The operators that are left in a resolved filter. */
export type CompareOperator = 'eq' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** The filter that matches nothing. */
export const NOTHING: Filter = Object.freeze({ kind: 'nothing' });

/** Negates; two negations cancel out. */
export function notFilter(filter: Filter): Filter {
  return filter.kind === 'not' ? filter.filter : { kind: 'not', filter };
}

/** Joins filters into one flat list; a list of one is that filter. */
export function joinFilters(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const flat = filters.flatMap((filter) => (filter.kind === kind ? filter.filters : [filter]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind, filters: flat };
}
