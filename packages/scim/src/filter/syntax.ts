import type { AttributeName } from '../schema/lookup.ts';

/** The operators of a comparison, as the standard spells them. @see RFC 7644 3.4.2.2 table 3 */
export const COMPARISON_WORDS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

/** An operator as a client writes it. */
export type ComparisonWord = (typeof COMPARISON_WORDS)[number];

/**
 * What a client compares with. `unquoted` is a word without quotation marks that is neither a number nor
 * `true`, `false` or `null`: it is no value by the standard, and older samples of Entra hold it.
 */
export type Literal =
  | { readonly kind: 'json'; readonly value: string | number | boolean | null; readonly offset: number }
  | { readonly kind: 'unquoted'; readonly text: string; readonly offset: number };

/**
 * An attribute as a filter names it. `selector` is the value filter between the attribute and its
 * sub-attribute in `emails[type eq "work"].value`, which the standard knows in PATCH paths only.
 */
export interface Operand {
  readonly name: AttributeName;
  readonly selector?: FilterSyntax;
  readonly offset: number;
}

/**
 * A filter as written: names and values are not yet checked against any schema. Offsets count UTF-16 units
 * from the start of the text, for messages.
 *
 * @see RFC 7644 3.4.2.2 figure 1
 */
export type FilterSyntax =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly FilterSyntax[] }
  | { readonly kind: 'not'; readonly filter: FilterSyntax }
  | {
      readonly kind: 'compare';
      readonly operand: Operand;
      readonly operator: ComparisonWord;
      readonly literal: Literal;
    }
  | { readonly kind: 'present'; readonly operand: Operand }
  | {
      readonly kind: 'valuePath';
      readonly name: AttributeName;
      readonly filter: FilterSyntax;
      readonly offset: number;
    };
