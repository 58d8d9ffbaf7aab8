import { textOf } from '../argument.ts';
import type { FunctionDefinition } from './function-definition.ts';

/**
 * Marks of the blocks of combining diacritical marks. Those of other scripts (the voicing marks of kana,
 * vowel points, viramas) are part of the letter, and stay.
 */
const DIACRITICAL_MARKS = /[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]/g;

/** The letters that do not come apart into a base letter and marks. */
const BASE_LETTERS: ReadonlyMap<string, string> = new Map([
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['ø', 'oe'],
  ['Ø', 'OE'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ß', 'ss'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['ı', 'i'],
]);
const UNDECOMPOSED = /[æÆøØœŒßłŁı]/g;

/**
 * Replaces letters that bear marks by the letters without: `ä` by `a`, not by `ae`, but `ø` by `oe`.
 *
 * @see Entra, "Reference for writing expressions", NormalizeDiacritics
 */
function normalizeDiacritics(text: string): string {
  const bare = text.normalize('NFD').replace(DIACRITICAL_MARKS, '');
  return bare.replace(UNDECOMPOSED, (letter) => BASE_LETTERS.get(letter) ?? letter).normalize('NFC');
}

export const diacritics: FunctionDefinition = {
  name: 'NormalizeDiacritics',
  parameters: [{ name: 'source' }],
  evaluate: ([source], run) => {
    const text = textOf(source, run);
    return text === null ? null : normalizeDiacritics(text);
  },
};
