import { type Arguments, textOf } from '../argument.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { mapCase } from './letter-case.ts';

const LETTER = /\p{L}/u;
/** The categories that end a word; digits and marks do not. @see .NET, TextInfo.ToTitleCase */
const SEPARATOR = /[\p{Z}\p{Cc}\p{Cf}\p{P}\p{S}]/u;
const APOSTROPHE = "'";

/**
 * `PCase(source, wordSeparators)`: the first character of each word in upper case, the others in lower.
 *
 * Without separators, a word begins with a letter and ends at a blank, control character, punctuation or
 * symbol, but not at an apostrophe, as in .NET's title case. With them, only they part words.
 *
 * @see Entra, "Reference for writing expressions", PCase
 */
export const properCase: FunctionDefinition = {
  name: 'PCase',
  parameters: [{ name: 'source' }, { name: 'wordSeparators', optional: true }],
  evaluate: evaluateProperCase,
};

function evaluateProperCase([source, wordSeparators]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  const lower = mapCase(text, 'lower');
  const separators = textOf(wordSeparators, run) ?? '';
  return separators === '' ? toTitleCase(lower) : capitaliseAfter(lower, new Set(separators));
}

function toTitleCase(lower: string): string {
  let title = '';
  let inWord = false;
  for (const character of lower) {
    const begins: boolean = !inWord && LETTER.test(character);
    title += begins ? mapCase(character, 'upper') : character;
    inWord = begins || (inWord && (character === APOSTROPHE || !SEPARATOR.test(character)));
  }
  return title;
}

function capitaliseAfter(lower: string, separators: ReadonlySet<string>): string {
  let proper = '';
  let inWord = false;
  for (const character of lower) {
    const parts = separators.has(character);
    proper += inWord || parts ? character : mapCase(character, 'upper');
    inWord = !parts;
  }
  return proper;
}
