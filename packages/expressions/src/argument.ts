import type { Run } from './run.ts';
import { parseInteger, parseNumber, printValue, type SingleValue, type Value } from './value.ts';

/** The value of an argument; undefined where the argument is left out. */
export type Argument = Value | undefined;

/** The values of a call's arguments, in order. */
export type Arguments = readonly Argument[];

const NO_ELEMENTS: readonly SingleValue[] = Object.freeze([]);

/**
 * The argument as one value. A list of one is its element; null and what is left out are null.
 *
 * @throws {EvaluationError} several values, or roles
 */
export function singleOf(argument: Argument, run: Run): SingleValue | null {
  if (argument === undefined || argument === null) return null;
  if (typeof argument !== 'object' || argument instanceof Date) {
    return typeof argument === 'symbol' ? null : argument;
  }
  const elements = elementsOf(argument, run);
  if (elements.length <= 1) return elements[0] ?? null;
  return run.fail(
    'multipleValues',
    `one value belongs here, found ${elements.length}: Join them or pick one with Item`,
  );
}

/**
 * The argument as a text, or null.
 *
 * @throws {EvaluationError} several values
 */
export function textOf(argument: Argument, run: Run): string | null {
  if (typeof argument === 'string') return argument;
  const value = singleOf(argument, run);
  return value === null ? null : printValue(value);
}

/** The argument as a text; null is the empty text. */
export function textOrEmpty(argument: Argument, run: Run): string {
  return textOf(argument, run) ?? '';
}

/**
 * The argument as a list. One value is a list of one, null an empty list.
 *
 * @throws {EvaluationError} the list holds something other than single values
 */
export function elementsOf(argument: Argument, run: Run): readonly SingleValue[] {
  if (argument === undefined || argument === null || typeof argument === 'symbol') return NO_ELEMENTS;
  if (!Array.isArray(argument)) return [argument as SingleValue];
  run.spend(argument.length);
  if (argument.every(isSingle)) return argument;
  return run.fail('invalidArgument', 'the list holds objects, where texts belong');
}

function isSingle(element: unknown): element is SingleValue {
  return (
    typeof element === 'string' ||
    typeof element === 'number' ||
    typeof element === 'boolean' ||
    element instanceof Date
  );
}

/**
 * The argument as a whole number that a double holds exactly.
 *
 * @throws {EvaluationError} null, a text that is no number, a fraction, or out of range
 */
export function integerOf(argument: Argument, name: string, run: Run): number {
  const number = numberOf(singleOf(argument, run));
  if (number !== undefined && Number.isSafeInteger(number)) return number;
  return run.fail('invalidArgument', `${name} must be a whole number, found ${run.show(argument ?? null)}`);
}

/** The argument as an integer of any size. @throws {EvaluationError} it is none */
export function bigIntegerOf(argument: Argument, name: string, run: Run): bigint {
  const value = singleOf(argument, run);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  const integer = typeof value === 'string' ? parseInteger(value) : undefined;
  return integer ?? run.fail('invalidArgument', `${name} must be a whole number, found ${run.show(value)}`);
}

/** A value as a number, undefined where it is none. Dates and booleans are no numbers. */
export function numberOf(value: SingleValue | null): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseNumber(value) : undefined;
}

/**
 * A value as a condition: the text `True` in any case and numbers other than zero hold, all else does not.
 *
 * @see Entra, "Reference for writing expressions", CBool
 */
export function holds(value: Argument, run: Run): boolean {
  if (typeof value === 'boolean') return value;
  const single = singleOf(value, run);
  if (typeof single === 'string' && single.toLowerCase() === 'true') return true;
  return (numberOf(single) ?? 0) !== 0 || single === true;
}
