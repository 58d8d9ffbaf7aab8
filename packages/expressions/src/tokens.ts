import { ExpressionError, type Mismatch, type Place, START } from './error.ts';
import type { ComparisonOperator } from './expression.ts';

/** A token of an expression's text. `found` is how an error message shows it. */
export type Token = { readonly place: Place; readonly found: string } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'operator'; readonly operator: ComparisonOperator }
  | { readonly kind: '(' | ')' | ',' | 'end' }
);

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /-?\d+(?:\.\d+)?|&[Hh][0-9A-Fa-f]+/y;
const OPERATOR = /<>|<=|>=|[=<>]/y;
const BLANKS = /[\s\uFEFF]+/y;
const TEXT_RUN = /[^"\\]+/y;
const FOUND_MAX = 40;

/**
 * Splits an expression into tokens, once from start to end. The last token is always `end`.
 *
 * Inside a text, `\\` and `\"` stand for `\` and `"`; any other escape keeps its backslash, so that a
 * pattern such as `"\s"` is not changed. Brackets nest inside an attribute's name, as in
 * `[emails[type eq "work"].value]`.
 *
 * @throws {ExpressionError} a character that begins no token, or a text or attribute without its end
 * @see Entra, "Reference for writing expressions", Syntax overview
 */
export function tokenise(text: string): readonly Token[] {
  const reader = new TokenReader(text);
  const tokens: Token[] = [];
  for (;;) {
    const token = reader.next();
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

class TokenReader {
  readonly #text: string;
  #position = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    this.#take(BLANKS);
    const place = this.#place();
    const character = this.#text[this.#position];
    if (character === undefined) return { kind: 'end', place, found: 'the end' };
    if (character === '"') return this.#readText(place);
    if (character === '[') return this.#readAttribute(place);
    if (character === '(' || character === ')' || character === ',') return this.#readMark(character, place);
    return this.#readWord(place) ?? this.#refuseCharacter(place);
  }

  #readMark(kind: '(' | ')' | ',', place: Place): Token {
    this.#position += 1;
    return { kind, place, found: `"${kind}"` };
  }

  #readWord(place: Place): Token | undefined {
    const name = this.#take(NAME);
    if (name) return { kind: 'name', name, place, found: shorten(name) };
    const digits = this.#take(NUMBER);
    if (digits) return { kind: 'number', digits, place, found: `the number ${shorten(digits)}` };
    const operator = this.#take(OPERATOR) as ComparisonOperator | undefined;
    if (operator) return { kind: 'operator', operator, place, found: `"${operator}"` };
    return undefined;
  }

  #readText(place: Place): Token {
    this.#position += 1;
    let value = '';
    for (;;) {
      value += this.#take(TEXT_RUN) ?? '';
      const character = this.#text[this.#position];
      if (character === undefined) {
        throw new ExpressionError(place, { expected: 'a quotation mark that ends this text', found: 'the end' });
      }
      this.#position += 1;
      if (character === '"') return { kind: 'text', value, place, found: `the text "${shorten(value)}"` };
      value += this.#readEscape();
    }
  }

  /** Reads what follows a backslash that has been taken. */
  #readEscape(): string {
    const escaped = this.#text[this.#position];
    if (escaped !== '"' && escaped !== '\\') return '\\';
    this.#position += 1;
    return escaped;
  }

  #readAttribute(place: Place): Token {
    const end = this.#closingBracket();
    if (end === -1) throw new ExpressionError(place, { expected: 'a "]" that ends this attribute', found: 'the end' });
    const written = this.#text.slice(this.#position + 1, end);
    this.#countLines(written, this.#position + 1);
    this.#position = end + 1;
    const name = written.trim();
    if (name === '') throw new ExpressionError(place, { expected: 'an attribute name in brackets', found: '[]' });
    return { kind: 'attribute', name, place, found: `the attribute [${shorten(name)}]` };
  }

  /** Finds the bracket that closes the one at the position. Brackets in quotation marks do not count. */
  #closingBracket(): number {
    let depth = 0;
    let quoted = false;
    for (let at = this.#position; at < this.#text.length; at++) {
      const character = this.#text[at];
      if (character === '"') quoted = !quoted;
      if (quoted) continue;
      if (character === '[') depth += 1;
      if (character === ']') depth -= 1;
      if (depth === 0) return at;
    }
    return -1;
  }

  #refuseCharacter(place: Place): never {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#position) ?? 0);
    throw new ExpressionError(place, describeCharacter(character));
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text)?.[0];
    if (match === undefined) return undefined;
    this.#countLines(match);
    this.#position += match.length;
    return match;
  }

  /** Counts the lines of a run that begins at `start`. */
  #countLines(run: string, start = this.#position): void {
    for (let at = run.indexOf('\n'); at !== -1; at = run.indexOf('\n', at + 1)) {
      this.#line += 1;
      this.#lineStart = start + at + 1;
    }
  }

  #place(): Place {
    const position = this.#position;
    if (position === 0) return START;
    return Object.freeze({ position, line: this.#line, column: position - this.#lineStart + 1 });
  }
}

function describeCharacter(character: string): Mismatch {
  if ('“”„‟«»'.includes(character)) {
    return { expected: 'a straight quotation mark (")', found: `the typographic mark ${character}` };
  }
  if (character === "'") return { expected: 'a text in double quotation marks', found: 'an apostrophe' };
  return {
    expected: 'a function, an [attribute], a "text" or a number',
    found: JSON.stringify(character),
  };
}

/** Cuts what an error message shows of a value. */
function shorten(text: string): string {
  return text.length <= FOUND_MAX ? text : `${text.slice(0, FOUND_MAX)}…`;
}
