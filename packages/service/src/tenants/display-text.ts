import { Refusal } from './refusal.ts';

const TEXT_MAX = 200;
/** Controls, separators of lines, and marks that turn the direction of the text around them. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/**
 * A name that people give to something: outer blanks dropped, otherwise as written.
 *
 * @throws {Refusal} `invalid-value`: empty, too long, or with characters that do not show
 */
export function checkDisplayText(text: string, field: string): string {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new Refusal('invalid-value', `${field} is empty: give a name that people know it by.`, field);
  if (trimmed.length > TEXT_MAX) {
    throw new Refusal(
      'invalid-value',
      `${field} has ${trimmed.length} characters; at most ${TEXT_MAX} are kept.`,
      field,
    );
  }
  if (INVISIBLE.test(trimmed) || !trimmed.isWellFormed()) {
    throw new Refusal('invalid-value', `${field} holds control or invisible characters: leave them out.`, field);
  }
  return trimmed;
}
