/** A part of a .NET date format: a field by its letter and how often it is repeated, or text to be copied. */
export type FormatPart =
  | { readonly kind: 'field'; readonly letter: FieldLetter; readonly count: number }
  | { readonly kind: 'literal'; readonly text: string };

/** The letters that stand for a field. @see .NET, "Custom date and time format strings" */
export type FieldLetter = 'd' | 'f' | 'F' | 'g' | 'h' | 'H' | 'K' | 'm' | 'M' | 's' | 't' | 'y' | 'z';

/** A format that has been read, or why it cannot be. */
export type FormatReading =
  | { readonly parts: readonly FormatPart[]; readonly problem?: undefined }
  | { readonly problem: string };

const FIELD_LETTERS: ReadonlySet<string> = new Set<FieldLetter>([
  'd',
  'f',
  'F',
  'g',
  'h',
  'H',
  'K',
  'm',
  'M',
  's',
  't',
  'y',
  'z',
]);
const FRACTION_DIGITS_MAX = 7;
const FORMAT_LENGTH_MAX = 128;

/** What one letter alone means, in the invariant culture. @see .NET, "Standard date and time format strings" */
const STANDARD_FORMATS: ReadonlyMap<string, string> = new Map([
  ['d', 'MM/dd/yyyy'],
  ['D', 'dddd, dd MMMM yyyy'],
  ['f', 'dddd, dd MMMM yyyy HH:mm'],
  ['F', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['g', 'MM/dd/yyyy HH:mm'],
  ['G', 'MM/dd/yyyy HH:mm:ss'],
  ['M', 'MMMM dd'],
  ['m', 'MMMM dd'],
  ['O', "yyyy-MM-dd'T'HH:mm:ss.fffffffK"],
  ['o', "yyyy-MM-dd'T'HH:mm:ss.fffffffK"],
  ['R', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"],
  ['r', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"],
  ['s', "yyyy-MM-dd'T'HH:mm:ss"],
  ['t', 'HH:mm'],
  ['T', 'HH:mm:ss'],
  ['u', "yyyy-MM-dd HH:mm:ss'Z'"],
  ['U', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['Y', 'yyyy MMMM'],
  ['y', 'yyyy MMMM'],
]);

/**
 * Reads a .NET date format. One letter alone is a standard format; all else is a custom format, in which
 * a letter without a meaning stands for itself.
 *
 * @see .NET, "Custom date and time format strings"
 */
export function readFormat(format: string): FormatReading {
  if (format === '') return { problem: 'the format is empty' };
  if (format.length > FORMAT_LENGTH_MAX)
    return { problem: `the format is longer than ${FORMAT_LENGTH_MAX} characters` };
  if (format.length > 1) return readParts(format);
  const standard = STANDARD_FORMATS.get(format);
  return standard ? readParts(standard) : { problem: `one letter alone is a standard format, and "${format}" is none` };
}

function readParts(format: string): FormatReading {
  const parts: FormatPart[] = [];
  for (let at = 0; at < format.length; ) {
    const step = readPart(format, at);
    if ('problem' in step) return step;
    parts.push(step.part);
    at = step.next;
  }
  return { parts };
}

type Step = { readonly part: FormatPart; readonly next: number } | { readonly problem: string };

function readPart(format: string, at: number): Step {
  const character = format[at] ?? '';
  if (isFieldLetter(character)) return readField(format, at, character);
  if (character === '"' || character === "'") return readQuoted(format, at, character);
  if (character === '\\') return readEscaped(format, at);
  if (character === '%') return readSingle(format, at);
  return { part: { kind: 'literal', text: character }, next: at + 1 };
}

function isFieldLetter(character: string): character is FieldLetter {
  return FIELD_LETTERS.has(character);
}

function readField(format: string, at: number, letter: FieldLetter): Step {
  let next = at + 1;
  while (format[next] === letter && letter !== 'K') next += 1;
  const count = next - at;
  if (letter.toLowerCase() === 'f' && count > FRACTION_DIGITS_MAX) {
    return { problem: `a fraction has at most ${FRACTION_DIGITS_MAX} digits` };
  }
  return { part: { kind: 'field', letter, count }, next };
}

function readQuoted(format: string, at: number, quote: string): Step {
  let text = '';
  for (let next = at + 1; next < format.length; next++) {
    if (format[next] === quote) return { part: { kind: 'literal', text }, next: next + 1 };
    if (format[next] === '\\') next += 1;
    text += format[next] ?? '';
  }
  return { problem: `the quotation mark ${quote} is not closed` };
}

function readEscaped(format: string, at: number): Step {
  const text = format[at + 1];
  if (text === undefined) return { problem: 'the format ends in a backslash' };
  return { part: { kind: 'literal', text }, next: at + 2 };
}

/** `%d` is the custom field `d`, where `d` alone would be a standard format. */
function readSingle(format: string, at: number): Step {
  const letter = format[at + 1];
  if (letter === undefined || letter === '%') return { problem: 'a "%" has no format letter after it' };
  return readPart(format, at + 1);
}
