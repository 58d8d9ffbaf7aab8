import { DEFAULT_FILTER_LIMITS, type FilterSyntax, parseFilter, printFilterSyntax, ScimError } from '@rollcall/scim';

/** What stands for each value. */
const PLACEHOLDER = '?';
const UNREADABLE = '(unreadable)';

/**
 * A filter with its values left out, for the log: `userName eq "?" and active eq "?"`. Values are people's names
 * and addresses; the shape is what explains a slow or a wrong answer.
 */
export function filterShape(text: string): string {
  try {
    return printFilterSyntax(withoutValues(parseFilter(text, DEFAULT_FILTER_LIMITS)));
  } catch (error) {
    if (error instanceof ScimError) return UNREADABLE;
    throw error;
  }
}

function withoutValues(syntax: FilterSyntax): FilterSyntax {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return { ...syntax, filters: syntax.filters.map(withoutValues) };
    case 'not':
    case 'valuePath':
      return { ...syntax, filter: withoutValues(syntax.filter) };
    case 'present':
      return { ...syntax, operand: operandWithoutValues(syntax.operand) };
    case 'compare':
      return {
        ...syntax,
        operand: operandWithoutValues(syntax.operand),
        literal: { kind: 'json', value: PLACEHOLDER, offset: syntax.literal.offset },
      };
  }
}

type Operand = Extract<FilterSyntax, { kind: 'present' }>['operand'];

const operandWithoutValues = (operand: Operand): Operand =>
  operand.selector === undefined ? operand : { ...operand, selector: withoutValues(operand.selector) };
