import { PayloadTooLargeError } from '../error.ts';
import type { FilterSyntax } from '../filter/syntax.ts';

/**
 * The most comparisons of values of multi-valued attributes that one PATCH may ask for. A thousand
 * operations on a list of ten come to a tenth of it.
 */
export const COMPARISONS_MAX = 100_000;

/** Bounds what one PATCH costs: a thousand operations times a list of ten thousand would be minutes. */
export class WorkBudget {
  #left = COMPARISONS_MAX;

  /** @throws {PayloadTooLargeError} the request asks for more than its share */
  spend(comparisons: number, path: string): void {
    this.#left -= comparisons;
    if (this.#left >= 0) return;
    throw new PayloadTooLargeError(
      `The operations on ${path} compare more than ${COMPARISONS_MAX} values in one request: send several requests`,
    );
  }
}

/** How many comparisons a filter makes for one element. */
export function countTerms(syntax: FilterSyntax): number {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return syntax.filters.reduce((sum, filter) => sum + countTerms(filter), 0);
    case 'not':
    case 'valuePath':
      return countTerms(syntax.filter);
    case 'compare':
    case 'present':
      return 1;
  }
}
