import { type Argument, type Arguments, elementsOf, integerOf, textOf, textOrEmpty } from '../argument.ts';
import type { FunctionCall } from '../expression.ts';
import type { Run } from '../run.ts';
import { TEXT_LENGTH_MAX } from '../run.ts';
import { printValue, type Value } from '../value.ts';
import type { Finding, FunctionDefinition } from './function-definition.ts';
import { foldCase } from './letter-case.ts';

const TEXT_COMPARE = 'vbTextCompare';
const BINARY_COMPARE = 'vbBinaryCompare';

/** `Append(source, suffix)`: a null source stays null. @see Entra, "Reference for writing expressions", Append */
function append([source, suffix]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  return text === null ? null : text + textOrEmpty(suffix, run);
}

/**
 * `Join(separator, source1, …)`: lists are joined element by element; null and empty parts are left out
 * with their separator. Null where every source is null.
 *
 * @see Entra, "Reference for writing expressions", Join
 */
function join([separator, ...sources]: Arguments, run: Run): Value {
  const between = textOrEmpty(separator, run);
  let joined: string | null = null;
  for (const source of sources) {
    for (const element of elementsOf(source, run)) {
      const text = printValue(element);
      joined = text === '' ? (joined ?? '') : joined ? joined + between + text : text;
      if (joined.length > TEXT_LENGTH_MAX) run.refuseTextLength(joined.length);
    }
  }
  return joined;
}

/** `Left(text, count)`. @see Entra, "Reference for writing expressions", Left */
function left([source, count]: Arguments, run: Run): Value {
  const text = textOrEmpty(source, run);
  const length = integerOf(count, 'NumChars', run);
  return length < 0 ? text : cut(text, 0, length);
}

/**
 * `Mid(source, start, length)`: `start` counts from 1; what lies beyond the end is not there.
 *
 * @see Entra, "Reference for writing expressions", Mid
 */
function mid([source, start, length]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  const first = integerOf(start, 'start', run);
  const count = integerOf(length, 'length', run);
  if (first < 1) run.fail('outOfRange', `start is counted from 1, found ${run.show(first)}`);
  if (count < 0) run.fail('outOfRange', `length must not be negative, found ${run.show(count)}`);
  return cut(text, first - 1, first - 1 + count);
}

/**
 * Cuts by UTF-16 units, as .NET does, but leaves out half a surrogate pair: a half is no text that JSON
 * or a database accepts.
 */
function cut(text: string, start: number, end: number): string {
  return text.slice(splitsPair(text, start) ? start + 1 : start, splitsPair(text, end) ? end - 1 : end);
}

function splitsPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

/**
 * `InStr(text, find, start, compareType)`: the position, from 1, of the first occurrence at or after
 * `start`; 0 where there is none.
 *
 * @see Entra, "Reference for writing expressions", InStr
 */
function inStr([source, find, start, compareType]: Arguments, run: Run): Value {
  const text = textOrEmpty(source, run);
  const sought = textOrEmpty(find, run);
  const first = start === undefined ? 1 : integerOf(start, 'start', run);
  if (first < 1) run.fail('outOfRange', `start is counted from 1, found ${run.show(first)}`);
  if (text === '' || first > text.length) return 0;
  if (!ignoresCase(compareType, run)) return text.indexOf(sought, first - 1) + 1;
  return foldCase(text).indexOf(foldCase(sought), first - 1) + 1;
}

function ignoresCase(compareType: Argument, run: Run): boolean {
  const word = textOf(compareType, run);
  if (word === null || word === BINARY_COMPARE) return false;
  if (word === TEXT_COMPARE) return true;
  return run.fail('invalidArgument', `compareType is ${TEXT_COMPARE} or ${BINARY_COMPARE}, found ${run.show(word)}`);
}

function checkInStr(call: FunctionCall): Finding | undefined {
  const compareType = call.arguments[3];
  if (compareType?.kind !== 'text' || [TEXT_COMPARE, BINARY_COMPARE].includes(compareType.value)) return undefined;
  const expected = `${TEXT_COMPARE} or ${BINARY_COMPARE}`;
  return { at: compareType, expected, found: `"${compareType.value}"`, message: `compareType is ${expected}` };
}

/**
 * `Word(text, number, delimiters)`: the number-th run of characters that are no delimiters, from 1;
 * empty where there is none.
 *
 * @see Entra, "Reference for writing expressions", Word
 */
function word([source, number, delimiters]: Arguments, run: Run): Value {
  const wanted = integerOf(number, 'WordNumber', run);
  const separators = new Set(textOrEmpty(delimiters, run));
  let found = 0;
  let current = '';
  for (const character of textOrEmpty(source, run)) {
    const inside = !separators.has(character);
    if (inside && current === '') found += 1;
    if (!inside && found === wanted && current !== '') return current;
    current = inside ? current + character : '';
  }
  return found === wanted ? current : '';
}

const source = { name: 'source' };

/** The functions that cut and join texts. */
export const TEXT: readonly FunctionDefinition[] = [
  { name: 'Append', parameters: [source, { name: 'suffix' }], evaluate: append },
  {
    name: 'Join',
    parameters: [{ name: 'separator' }],
    repeating: { group: [{ name: 'source', optional: true }], groupsMin: 1 },
    evaluate: join,
  },
  { name: 'Left', parameters: [{ name: 'String' }, { name: 'NumChars' }], evaluate: left },
  { name: 'Mid', parameters: [source, { name: 'start' }, { name: 'length' }], evaluate: mid },
  {
    name: 'InStr',
    parameters: [
      { name: 'value1' },
      { name: 'value2' },
      { name: 'start', optional: true },
      { name: 'compareType', optional: true, keyword: true },
    ],
    check: checkInStr,
    evaluate: inStr,
  },
  {
    name: 'Word',
    parameters: [{ name: 'String' }, { name: 'WordNumber' }, { name: 'Delimiters' }],
    evaluate: word,
  },
  {
    name: 'StripSpaces',
    parameters: [source],
    evaluate: ([value], run) => textOf(value, run)?.replaceAll(' ', '') ?? null,
  },
  { name: 'CStr', parameters: [{ name: 'value' }], evaluate: ([value], run) => textOf(value, run) },
];
