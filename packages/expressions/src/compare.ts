import { numberOf, singleOf } from './argument.ts';
import { readDate } from './dates/read-date.ts';
import type { ComparisonOperator } from './expression.ts';
import type { Run } from './run.ts';
import { parseInteger, printValue, type SingleValue, type Value } from './value.ts';

/**
 * Compares two values.
 *
 * A date is compared in time, with a text that is a date as well. A number is compared with digits in
 * number. Texts are equal by their UTF-16 units, so with regard to case, and ordered as numbers where both
 * are digits, else by their units. Null equals null and the empty text, and is neither before nor after
 * anything.
 *
 * @throws {EvaluationError} several values, or a date compared with a text that is no date
 * @see Entra, "Reference for writing expressions", IIF
 */
export function compareValues(left: Value, operator: ComparisonOperator, right: Value, run: Run): boolean {
  const one = singleOf(left, run);
  const other = singleOf(right, run);
  if (operator === '=') return areEqual(one, other, run);
  if (operator === '<>') return !areEqual(one, other, run);
  if (isEmpty(one) || isEmpty(other)) return false;
  return isOrdered(order(one, other, run), operator);
}

function isEmpty(value: SingleValue | null): value is null | '' {
  return value === null || value === '';
}

function areEqual(one: SingleValue | null, other: SingleValue | null, run: Run): boolean {
  if (isEmpty(one) || isEmpty(other)) return isEmpty(one) && isEmpty(other);
  if (typeof one === 'string' && typeof other === 'string') return one === other;
  return order(one, other, run) === 0;
}

function order(one: SingleValue, other: SingleValue, run: Run): number {
  if (one instanceof Date || other instanceof Date) return timeOf(one, run) - timeOf(other, run);
  const number = numberOf(one);
  const otherNumber = numberOf(other);
  if (number === undefined || otherNumber === undefined) return orderOf(printValue(one), printValue(other));
  if (Math.max(Math.abs(number), Math.abs(otherNumber)) <= Number.MAX_SAFE_INTEGER) return number - otherNumber;
  return orderOf(parseInteger(printValue(one)) ?? number, parseInteger(printValue(other)) ?? otherNumber);
}

function timeOf(value: SingleValue, run: Run): number {
  if (value instanceof Date) return value.getTime();
  const instant = typeof value === 'string' ? readDate(value) : undefined;
  return instant?.ms ?? run.fail('invalidDate', `${run.show(value)} is compared with a date and is none`);
}

function orderOf<T extends string | bigint | number>(one: T, other: T): number {
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
