/** The result of `IgnoreFlowIfNullOrEmpty` on a value that is null or empty: leave the target attribute alone. */
export const IGNORED: unique symbol = Symbol('IgnoreFlowIfNullOrEmpty');
export type Ignored = typeof IGNORED;

/** An app role as a SCIM role. @see Entra, "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app */
export interface AppRole {
  readonly primary: false;
  readonly type: string;
  readonly display: string;
  readonly value: string;
}

/** One value. An integer beyond 2^53 is its decimal text, so that no digit is lost. */
export type SingleValue = string | number | boolean | Date;

/** What an expression evaluates to. A list is flat. */
export type Value = SingleValue | null | readonly SingleValue[] | readonly AppRole[] | Ignored;

/** A value of an attribute of the source object. */
export type SourceValue = string | number | boolean | null | readonly string[];

/**
 * A source object: attribute names and values. An absent name is null. Names are looked up among the
 * object's own properties only, exactly first and then without regard to case.
 */
export type SourceAttributes = Readonly<Record<string, SourceValue>>;

const TWELVE_HOURS = 12;

/**
 * Says whether a value is null to the language: absent, or a list of no values.
 *
 * @see Entra, "Reference for writing expressions", IsNull
 */
export function isNull(value: Value): value is null {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** Says whether a value is null or the empty text. @see Entra, "Reference for writing expressions", IsNullOrEmpty */
export function isNullOrEmpty(value: Value): boolean {
  return value === '' || isNull(value);
}

/**
 * Prints one value as the language's functions see it: booleans as `True` and `False`, dates as
 * `M/d/yyyy h:mm:ss tt` in UTC.
 *
 * @see Entra, "Reference for writing expressions", CDate
 */
export function printValue(value: SingleValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  return printDate(value);
}

function printDate(date: Date): string {
  const hours = date.getUTCHours();
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${String(date.getUTCFullYear()).padStart(4, '0')}`;
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  const seconds = String(date.getUTCSeconds()).padStart(2, '0');
  const half = hours < TWELVE_HOURS ? 'AM' : 'PM';
  return `${day} ${hours % TWELVE_HOURS || TWELVE_HOURS}:${minutes}:${seconds} ${half}`;
}

const DECIMAL = /^\s*[+-]?\d+(?:\.\d+)?\s*$/;
const HEXADECIMAL = /^&[Hh][0-9A-Fa-f]+$/;
const INTEGER = /^\s*[+-]?\d+\s*$/;
/** Longer digits are no number of any directory; the bound keeps big-integer conversion cheap. */
const DIGITS_MAX = 64;

/** Reads a number from digits as an expression or a directory writes them, `&H` included. */
export function parseNumber(text: string): number | undefined {
  if (text.length > DIGITS_MAX) return undefined;
  if (DECIMAL.test(text)) return Number(text);
  if (HEXADECIMAL.test(text)) return Number(`0x${text.slice(2)}`);
  return undefined;
}

/** Reads an integer of any size. */
export function parseInteger(text: string): bigint | undefined {
  if (text.length > DIGITS_MAX) return undefined;
  if (INTEGER.test(text)) return BigInt(text.trim());
  if (HEXADECIMAL.test(text)) return BigInt(`0x${text.slice(2)}`);
  return undefined;
}

/** Carries an integer as a number where that is exact, else as its decimal text. */
export function integerValue(integer: bigint): number | string {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer.toString();
}
