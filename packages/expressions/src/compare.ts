import { numberOf, singleOf } from './argument.ts';
import type { ComparisonOperator } from './expression.ts';
import type { Evaluator } from './functions/function-definition.ts';
import type { Run } from './run.ts';
import { printValue, type SingleValue, type Value } from './value.ts';

/**
 * Compares two values.
 *
 * Two dates are compared in time. A number is compared with digits in number. Texts are equal by their
 * UTF-16 units, so with regard to case, and ordered as numbers where both are digits, else by their
 * units. Null equals null and the empty text, and is neither before nor after anything.
 *
 * @see Entra, "Reference for writing expressions", IIF
 */
export function compareValues(left: Value, operator: ComparisonOperator, right: Value, run: Run): boolean {
  const one = singleOf(left, run);
  const other = singleOf(right, run);
  if (operator === '=') return areEqual(one, other);
  if (operator === '<>') return !areEqual(one, other);
  if (one === null || other === null || one === '' || other === '') return false;
  return isOrdered(order(one, other), operator);
}

function areEqual(one: SingleValue | null, other: SingleValue | null): boolean {
  if (typeof one === 'string' && typeof other === 'string') return one === other;
  if (one === null || other === null) return (one ?? '') === (other ?? '');
  return order(one, other) === 0;
}

function order(one: SingleValue, other: SingleValue): number {
  if (one instanceof Date && other instanceof Date) return one.getTime() - other.getTime();
  const number = numberOf(one);
  const otherNumber = numberOf(other);
  if (number !== undefined && otherNumber !== undefined) return number - otherNumber;
  return orderTexts(printValue(one), printValue(other));
}

function orderTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function isOrdered(difference: number, operator: '>' | '>=' | '<' | '<='): boolean {
  switch (operator) {
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
  }
}

/** Compiles a comparison of two compiled operands. */
export function compileComparison(operator: ComparisonOperator, left: Evaluator, right: Evaluator): Evaluator {
  return (run) => compareValues(left(run), operator, right(run), run);
}
