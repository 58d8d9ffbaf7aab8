import type { Expression } from './expression.ts';

/**
 * Prints a tree in one line, in the form in which Entra's documentation writes expressions.
 *
 * Parsing the printed text gives an equal tree, places apart.
 */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'function':
      return `${expression.name}(${expression.arguments.map(printExpression).join(', ')})`;
    case 'attribute':
      return `[${expression.name}]`;
    case 'text':
      return `"${expression.value.replace(/["\\]/g, '\\$&')}"`;
    case 'number':
      return expression.digits;
    case 'keyword':
      return expression.name;
    case 'comparison':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
    case 'omitted':
      return '';
  }
}
