import { InvalidFilterError } from '../error.ts';

/**
 * One piece of a filter. A word is any run without blanks, brackets, parentheses and quotation marks: an
 * attribute path, an operator, `and`, a number, or an unquoted value; its place says which.
 */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly offset: number }
  | { readonly kind: 'string'; readonly value: string; readonly offset: number }
  | { readonly kind: '(' | ')' | '[' | ']'; readonly offset: number }
  | { readonly kind: 'end'; readonly offset: number };

const WORD = /[^ ()[\]"]+/y;
const STRING = /"(?:[^"\\]|\\.)*"/suy;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Cuts a filter into tokens; the last one is `end`.
 *
 * @throws {InvalidFilterError} a string is not closed, is no JSON string, or holds NUL or half a surrogate
 * pair; a word holds a control character
 */
export function tokenizeFilter(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    if (text[offset] === ' ') {
      offset += 1;
      continue;
    }
    const [token, end] = readToken(text, offset);
    tokens.push(token);
    offset = end;
  }
  tokens.push({ kind: 'end', offset });
  return tokens;
}

function readToken(text: string, offset: number): [Token, number] {
  const first = text[offset];
  if (first === '(' || first === ')' || first === '[' || first === ']') return [{ kind: first, offset }, offset + 1];
  return first === '"' ? readString(text, offset) : readWord(text, offset);
}

function readWord(text: string, offset: number): [Token, number] {
  WORD.lastIndex = offset;
  const word = WORD.exec(text)?.[0] ?? '';
  if (CONTROL.test(word)) throw filterError('a control character; only blanks separate words', offset);
  if (!word.isWellFormed()) throw filterError('half a surrogate pair, which is no character', offset);
  return [{ kind: 'word', text: word, offset }, offset + word.length];
}

function readString(text: string, offset: number): [Token, number] {
  STRING.lastIndex = offset;
  const raw = STRING.exec(text)?.[0];
  if (raw === undefined) throw filterError('a string without its closing quotation mark', offset);
  return [{ kind: 'string', value: decodeString(raw, offset), offset }, offset + raw.length];
}

function decodeString(raw: string, offset: number): string {
  const value = parseJsonString(raw);
  if (value === undefined) {
    throw filterError(
      'a string that JSON does not know; escape " and \\ with \\, control characters as \\u00XX',
      offset,
    );
  }
  if (value.includes('\0')) throw filterError('NUL in a string, which no attribute can hold', offset);
  if (!value.isWellFormed()) throw filterError('half a surrogate pair in a string, which is no character', offset);
  return value;
}

/** `JSON.parse` of a string literal; undefined is its way to say that it is none. */
function parseJsonString(raw: string): string | undefined {
  try {
    return JSON.parse(raw) as string;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The refusal of a filter for what stands at an offset; columns count from 1. */
export function filterError(what: string, offset: number): InvalidFilterError {
  return new InvalidFilterError(`The filter does not parse: column ${offset + 1}: ${what}`);
}
