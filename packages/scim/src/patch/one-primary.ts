import { InvalidValueError } from '../error.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json } from '../resource/resource.ts';

/**
 * Keeps one value primary: when an operation made one so, the values that it did not touch are no longer.
 * An operation that makes nothing primary moves nothing.
 *
 * @param touched positions of the values that the operation wrote
 * @throws {InvalidValueError} the operation made several values primary
 * @see RFC 7644 3.5.2, RFC 7643 2.4
 */
export function onePrimary(values: readonly Json[], touched: ReadonlySet<number>, path: string): readonly Json[] {
  const made = [...touched].filter((index) => isPrimary(values[index]));
  if (made.length === 0) return values;
  if (made.length > 1) {
    throw new InvalidValueError(
      `The operation makes ${made.length} values of ${path} primary: set primary to true on one value at most`,
    );
  }
  return values.map((value, index) =>
    !touched.has(index) && isPrimary(value) && isObject(value) ? { ...value, primary: false } : value,
  );
}

function isPrimary(value: Json | undefined): boolean {
  return isObject(value) && value.primary === true;
}
