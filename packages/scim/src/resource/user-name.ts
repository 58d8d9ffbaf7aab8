import { InvalidValueError } from '../error.ts';
import { showValue } from './shown-value.ts';

// Controls, directional marks, zero-width characters, fillers and separators of lines: what nobody sees,
// and what makes two different names look alike.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const OUTER_BLANK = /^\p{White_Space}|\p{White_Space}$/u;

/**
 * Refuses a name that people could not tell from another one: an empty one, one with blanks around it, and
 * one that holds control, directional, zero-width or otherwise invisible characters. Applies to `userName`
 * and to every other attribute whose values are unique.
 *
 * @throws {InvalidValueError}
 * @see RFC 7643 4.1.1 (userName is not empty), RFC 7644 5 (internationalized strings)
 */
export function checkUserName(text: string, path = 'userName'): void {
  if (text === '') throw new InvalidValueError(`${path} is empty: give it at least one character`);
  if (OUTER_BLANK.test(text)) {
    throw new InvalidValueError(`${path} ${showValue(text)} begins or ends with a blank: remove it`);
  }
  const found = INVISIBLE.exec(text);
  if (!found) return;
  const codePoint = found[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  throw new InvalidValueError(
    `${path} ${showValue(text)} holds the invisible character U+${codePoint} at position ${found.index + 1}: remove it`,
  );
}
