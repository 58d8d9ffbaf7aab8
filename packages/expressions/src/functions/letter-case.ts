import { type Arguments, textOf } from '../argument.ts';
import type { FunctionCall } from '../expression.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';
import type { Finding, FunctionDefinition } from './function-definition.ts';

type LetterCase = 'lower' | 'upper';

const NOT_ASCII = /[^\u0020-\u007e]/;
const CULTURE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;
const CULTURE_LENGTH_MAX = 85;

/** What the invariant culture leaves as it is, although Unicode maps it to an ASCII letter. */
const INVARIANT_KEEPS: ReadonlySet<string> = new Set(['\u0130', '\u0131', '\u017F']);
/** Turkish and Azeri pair the dotted letters with each other, and the dotless ones. */
const TURKIC = {
  lower: new Map([
    ['I', '\u0131'],
    ['\u0130', 'i'],
  ]),
  upper: new Map([
    ['i', '\u0130'],
    ['\u0131', 'I'],
  ]),
} as const;
/** Simple mappings that JavaScript's full mapping hides, because it yields two characters. */
const SIMPLE_LOWER = new Map([['\u0130', 'i']]);

/**
 * Maps a text to one case, character by character, as .NET does: no character becomes two (`ß` stays in
 * upper case), and none depends on its neighbours (final sigma).
 *
 * @param culture empty for the invariant culture
 */
export function mapCase(text: string, letterCase: LetterCase, culture = ''): string {
  const language = culture.slice(0, 2).toLowerCase();
  const turkic = language === 'tr' || language === 'az' ? TURKIC[letterCase] : undefined;
  if (!turkic && !NOT_ASCII.test(text)) return letterCase === 'lower' ? text.toLowerCase() : text.toUpperCase();
  let mapped = '';
  for (const character of text) mapped += turkic?.get(character) ?? mapCharacter(character, letterCase, culture);
  return mapped;
}

function mapCharacter(character: string, letterCase: LetterCase, culture: string): string {
  if (culture === '' && INVARIANT_KEEPS.has(character)) return character;
  if (letterCase === 'lower' && SIMPLE_LOWER.has(character)) return SIMPLE_LOWER.get(character) as string;
  const mapped = letterCase === 'lower' ? character.toLowerCase() : character.toUpperCase();
  return mapped.length === character.length ? mapped : character;
}

/** Folds a text for comparisons that ignore case. Its length in UTF-16 units stays. */
export function foldCase(text: string): string {
  return mapCase(text, 'lower');
}

function changeCase([source, culture]: Arguments, letterCase: LetterCase, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  const name = textOf(culture, run) ?? '';
  if (name !== '' && !isCulture(name)) {
    run.fail('invalidArgument', `culture is a name such as "tr-TR", found ${run.show(name)}`);
  }
  return mapCase(text, letterCase, name);
}

function isCulture(name: string): boolean {
  return name.length <= CULTURE_LENGTH_MAX && CULTURE.test(name);
}

function checkCulture(call: FunctionCall): Finding | undefined {
  const culture = call.arguments[1];
  if (culture?.kind !== 'text' || culture.value === '' || isCulture(culture.value)) return undefined;
  const expected = 'a culture name such as "tr-TR"';
  return { at: culture, expected, found: `"${culture.value}"`, message: `"${culture.value}" is not a culture name` };
}

const parameters = [{ name: 'source' }, { name: 'culture', optional: true }] as const;

/** The functions that change the case of letters. @see Entra, "Reference for writing expressions", ToLower, ToUpper */
export const LETTER_CASE: readonly FunctionDefinition[] = [
  { name: 'ToLower', parameters, check: checkCulture, evaluate: (values, run) => changeCase(values, 'lower', run) },
  { name: 'ToUpper', parameters, check: checkCulture, evaluate: (values, run) => changeCase(values, 'upper', run) },
];
