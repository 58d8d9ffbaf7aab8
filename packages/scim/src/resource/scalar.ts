import { InvalidValueError } from '../error.ts';
import type { Attribute, AttributeType } from '../schema/attribute.ts';
import { canonicalDateTime } from './date-time.ts';
import type { Json } from './resource.ts';
import { showValue } from './shown-value.ts';
import { checkUserName } from './user-name.ts';

type SimpleType = Exclude<AttributeType, 'complex'>;

/** What a value of each type must be, in the words of an error message. */
const EXPECTED: Readonly<Record<SimpleType, string>> = {
  string: 'a string',
  boolean: 'true or false, without quotation marks',
  decimal: 'a finite number',
  integer: 'an integer between -9007199254740991 and 9007199254740991',
  dateTime: 'an RFC 3339 date and time with its zone, of the years 1900 to 9999, such as "2024-05-17T08:30:00Z"',
  reference: 'a URI without blanks',
  binary: 'a string in base64, padded',
};

const IS_OF_TYPE: Readonly<Record<SimpleType, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  decimal: Number.isFinite,
  integer: Number.isSafeInteger,
  dateTime: (value) => typeof value === 'string' && isRecentDateTime(value),
  reference: (value) => typeof value === 'string' && !NOT_IN_A_URI.test(value),
  binary: (value) => typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value),
};

const NOT_IN_A_URI = /[\p{Cc}\p{White_Space}<>"]/u;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Refuses a value that is not of its attribute's simple type. Text is refused too when it holds NUL or half
 * of a surrogate pair, which no database keeps, and the value of a unique attribute when people could not
 * tell it from another one.
 *
 * @throws {InvalidValueError} names the path, the value (unless it is secret) and what is expected
 * @see RFC 7643 2.3
 */
export function checkScalar(value: Json, attribute: Attribute, path: string): void {
  if (typeof value === 'string') checkText(value, path);
  const type = attribute.type as SimpleType;
  if (!IS_OF_TYPE[type](value)) {
    throw new InvalidValueError(`${path} must be ${EXPECTED[type]}, not ${showValue(value, attribute)}`);
  }
  if (attribute.uniqueness !== 'none') checkUserName(String(value), path);
}

/** Refuses text that holds NUL or half of a surrogate pair. */
export function checkText(text: string, path: string): void {
  if (text.includes('\0')) throw new InvalidValueError(`${path} holds the character NUL (U+0000): remove it`);
  if (text.isWellFormed()) return;
  throw new InvalidValueError(`${path} holds half of a surrogate pair, which is no character: send valid Unicode`);
}

function isRecentDateTime(text: string): boolean {
  const canonical = canonicalDateTime(text);
  return canonical !== undefined && canonical >= '1900';
}
