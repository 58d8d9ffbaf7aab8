import { InvalidSyntaxError, InvalidValueError } from '../error.ts';
import { foldText } from '../resource/fold.ts';
import { isHostileName } from '../resource/hostile-name.ts';
import { shorten } from '../resource/shown-value.ts';

/** What a JSON text may cost. */
export interface JsonLimits {
  /** How many objects and lists may lie within each other; the outermost counts as one. */
  readonly depthMax: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;
const LIST_START = 0x5b;
const LIST_END = 0x5d;
const FIRST_PRINTABLE = 0x20;
const LAST_ASCII = 0x7f;
const LOWER_U = 0x75;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LOW_SURROGATE = /\\u[dD][c-fC-F][0-9a-fA-F]{2}/y;
/** Integers of so many digits are safe whatever they are. */
const SAFE_DIGITS = 15;

/**
 * Walks once over a JSON text before `JSON.parse` builds anything from it: decides whether the text is
 * JSON and whether all in it can be kept as it was sent. The recursion is bounded by `depthMax`.
 *
 * It has its own grammar, because the messages of `JSON.parse` quote the text, secrets included, and some
 * of them have no position.
 */
export class JsonScanner {
  readonly #text: string;
  readonly #depthMax: number;
  /** Folded names of the object that is open at each depth. */
  readonly #names: Set<string>[] = [];
  #at = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#depthMax = limits.depthMax;
  }

  /** @throws {InvalidSyntaxError | InvalidValueError} with line and column */
  scanDocument(): void {
    if (!this.#text.isWellFormed()) throw new InvalidValueError('The body holds half of a surrogate pair: send UTF-8');
    this.#scanValue(1);
    if (!Number.isNaN(this.#nextCode())) this.#failUnexpected();
  }

  #scanValue(depth: number): void {
    const code = this.#nextCode();
    if (code === QUOTE) this.#scanString();
    else if (code === OBJECT_START) this.#scanObject(depth);
    else if (code === LIST_START) this.#scanList(depth);
    else if (code === MINUS || (code >= ZERO && code <= NINE)) this.#scanNumber();
    else this.#scanWord();
  }

  #scanObject(depth: number): void {
    const names = this.#open(depth);
    if (this.#nextCode() === OBJECT_END) {
      this.#at += 1;
      return;
    }
    do {
      this.#scanName(names);
      this.#expect(COLON);
      this.#scanValue(depth + 1);
    } while (this.#continues(OBJECT_END));
  }

  #scanList(depth: number): void {
    this.#open(depth);
    if (this.#nextCode() === LIST_END) {
      this.#at += 1;
      return;
    }
    do this.#scanValue(depth + 1);
    while (this.#continues(LIST_END));
  }

  #open(depth: number): Set<string> {
    if (depth > this.#depthMax) {
      throw new InvalidSyntaxError(
        `JSON is nested deeper than ${this.#depthMax} levels ${this.#position()}: flatten it`,
      );
    }
    this.#at += 1;
    const known = this.#names[depth];
    known?.clear();
    return known ?? this.#addNames(depth);
  }

  #addNames(depth: number): Set<string> {
    const names = new Set<string>();
    this.#names[depth] = names;
    return names;
  }

  /** After a value: passes a comma and says yes, or passes the end and says no. */
  #continues(end: number): boolean {
    const code = this.#nextCode();
    if (code !== COMMA && code !== end) this.#failUnexpected();
    this.#at += 1;
    return code === COMMA;
  }

  #expect(code: number): void {
    if (this.#nextCode() !== code) this.#failUnexpected();
    this.#at += 1;
  }

  #scanName(names: Set<string>): void {
    if (this.#nextCode() !== QUOTE) this.#failUnexpected();
    const start = this.#at;
    const plain = this.#scanString();
    const name: string = plain ? this.#text.slice(start + 1, this.#at - 1) : this.#read(start);
    const folded = plain ? name.toLowerCase() : foldText(name);
    if (names.has(folded)) this.#failName(start, `${shorten(name)} is given twice`, 'send it once');
    if (isHostileName(folded)) this.#failName(start, `${name} is no name of an attribute`, 'leave it out');
    names.add(folded);
  }

  #read(start: number): string {
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  /** Passes a string and says whether it is plain: ASCII, without escapes. */
  #scanString(): boolean {
    const text = this.#text;
    let plain = true;
    let at = this.#at + 1;
    let code = text.charCodeAt(at);
    while (code !== QUOTE) {
      if (code >= FIRST_PRINTABLE && code !== BACKSLASH) at += 1;
      else at = this.#passSpecial(code, at);
      if (code > LAST_ASCII || code === BACKSLASH) plain = false;
      code = text.charCodeAt(at);
    }
    this.#at = at + 1;
    return plain;
  }

  /** Passes an escape; anything else is a control character or the end of the text, and refused. */
  #passSpecial(code: number, at: number): number {
    this.#at = at;
    if (code !== BACKSLASH) this.#failUnexpected();
    return this.#passEscape(at);
  }

  #passEscape(at: number): number {
    const end = this.#match(ESCAPE);
    if (end === undefined) this.#failUnexpected();
    return this.#text.charCodeAt(at + 1) === LOWER_U ? this.#passUnicodeEscape(at, end) : end;
  }

  #passUnicodeEscape(at: number, end: number): number {
    const unit = Number.parseInt(this.#text.slice(at + 2, end), 16);
    if (unit === 0) this.#failValue('The character NUL (\\u0000) cannot be kept', 'remove it');
    if (unit < 0xd800 || unit > 0xdfff) return end;
    this.#at = end;
    const pairEnd = unit < 0xdc00 ? this.#match(LOW_SURROGATE) : undefined;
    if (pairEnd === undefined) {
      this.#at = at;
      this.#failValue('Half of a surrogate pair is no character', 'send both halves or none');
    }
    return pairEnd;
  }

  #scanNumber(): void {
    const end = this.#match(NUMBER);
    if (end === undefined) this.#failUnexpected();
    if (end - this.#at > SAFE_DIGITS || !isDigits(this.#text, this.#at, end)) this.#checkNumber(end);
    this.#at = end;
  }

  #checkNumber(end: number): void {
    const digits = this.#text.slice(this.#at, end);
    const number = Number(digits);
    if (INTEGER.test(digits)) {
      if (!Number.isSafeInteger(number)) {
        this.#failValue(`The integer ${shorten(digits)} is beyond ±9007199254740991`, 'send it as a string');
      }
    } else if (!Number.isFinite(number) || (number === 0 && /^-?[0.]*[1-9]/.test(digits))) {
      this.#failValue(`The number ${shorten(digits)} is beyond what can be kept`, 'send it as a string');
    }
  }

  #scanWord(): void {
    const word = ['true', 'false', 'null'].find((known) => this.#text.startsWith(known, this.#at));
    if (word === undefined) this.#failUnexpected();
    this.#at += word.length;
  }

  /** Passes blanks; NaN at the end of the text. */
  #nextCode(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#at += 1;
    }
  }

  #match(sticky: RegExp): number | undefined {
    sticky.lastIndex = this.#at;
    return sticky.test(this.#text) ? sticky.lastIndex : undefined;
  }

  #failUnexpected(): never {
    const codePoint = this.#text.codePointAt(this.#at);
    if (codePoint === undefined) throw new InvalidSyntaxError('The JSON ends too early: send the whole text');
    const character = JSON.stringify(String.fromCodePoint(codePoint));
    throw new InvalidSyntaxError(`The character ${character} ${this.#position()} is not JSON there: correct the text`);
  }

  #failName(start: number, what: string, toDo: string): never {
    this.#at = start;
    throw new InvalidSyntaxError(`${what} ${this.#position()}: ${toDo}`);
  }

  #failValue(what: string, toDo: string): never {
    throw new InvalidValueError(`${what} (${this.#position()}): ${toDo}`);
  }

  #position(): string {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    return `at line ${line}, column ${this.#at - before.lastIndexOf('\n')}`;
  }
}

function isDigits(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}
