import { InvalidFilterError, TooManyError } from '../error.ts';
import { isNameFault, splitAttributeName } from '../path/attribute-name.ts';
import { shorten } from '../resource/shown-value.ts';
import type { AttributeName } from '../schema/lookup.ts';
import { DEFAULT_FILTER_LIMITS, type FilterLimits } from './limits.ts';
import { COMPARISON_WORDS, type ComparisonWord, type FilterSyntax, type Literal, type Operand } from './syntax.ts';
import { filterError, type Token, tokenizeFilter } from './tokens.ts';

type WordToken = Extract<Token, { kind: 'word' }>;

const OPERATORS: ReadonlySet<string> = new Set(COMPARISON_WORDS);
const RESERVED: ReadonlySet<string> = new Set([...COMPARISON_WORDS, 'pr', 'and', 'or', 'not']);
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Parses a filter: precedence (`not` before `and` before `or`), grouping, value paths, all operators in any
 * case. Beyond the grammar it reads, and leaves to `resolveFilter` to permit: a sub-attribute after a value
 * filter, and a value without quotation marks.
 *
 * @throws {InvalidFilterError} the text is no filter, too long, or nested too deep; the message has the column
 * @throws {TooManyError} more comparisons than one request may ask for
 * @see RFC 7644 3.4.2.2 figure 1
 */
export function parseFilter(text: string, limits: FilterLimits = DEFAULT_FILTER_LIMITS): FilterSyntax {
  if (text.length > limits.lengthMax) {
    throw new InvalidFilterError(
      `The filter has ${text.length} characters and may have ${limits.lengthMax}: ask with several requests`,
    );
  }
  return new FilterParser(tokenizeFilter(text), limits).parse();
}

/** Recursive descent over the tokens of one filter; its state is the next token, the depth and the terms so far. */
class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #limits: FilterLimits;
  #next = 0;
  #depth = 0;
  #terms = 0;
  #inValuePath = false;

  constructor(tokens: readonly Token[], limits: FilterLimits) {
    this.#tokens = tokens;
    this.#limits = limits;
  }

  parse(): FilterSyntax {
    const filter = this.#or();
    const rest = this.#take();
    if (rest.kind !== 'end') throw filterError(`${describe(rest)} where "and", "or" or the end belongs`, rest.offset);
    return filter;
  }

  #or(): FilterSyntax {
    return this.#list('or', () => this.#list('and', () => this.#term()));
  }

  #list(kind: 'and' | 'or', part: () => FilterSyntax): FilterSyntax {
    const first = part();
    if (!this.#atWord(kind)) return first;
    const filters = [first];
    while (this.#atWord(kind)) {
      this.#take();
      filters.push(part());
    }
    return { kind, filters };
  }

  #term(): FilterSyntax {
    const token = this.#take();
    if (token.kind === '(') return this.#group(token);
    if (token.kind !== 'word') throw filterError(`${describe(token)} where an attribute belongs`, token.offset);
    if (token.text.toLowerCase() === 'not') return this.#negation(token);
    return this.#peek().kind === '[' ? this.#valuePath(token) : this.#attributeTerm(operand(token));
  }

  #negation(token: Token): FilterSyntax {
    const open = this.#take();
    if (open.kind !== '(') throw filterError('"not" without parentheses: write not (…)', open.offset);
    return { kind: 'not', filter: this.#group(token) };
  }

  #group(open: Token): FilterSyntax {
    return this.#nested(open, ')', () => this.#or());
  }

  /** What stands between an opening token, already taken, and its closing one. */
  #nested(open: Token, close: ')' | ']', inside: () => FilterSyntax): FilterSyntax {
    this.#depth += 1;
    if (this.#depth > this.#limits.depthMax) {
      throw filterError(`more than ${this.#limits.depthMax} levels of nesting`, open.offset);
    }
    const filter = inside();
    const end = this.#take();
    if (end.kind !== close) throw filterError(`${describe(end)} where "and", "or" or "${close}" belongs`, end.offset);
    this.#depth -= 1;
    return filter;
  }

  #valuePath(token: WordToken): FilterSyntax {
    const open = this.#take();
    if (this.#inValuePath) throw filterError('a value filter inside a value filter', open.offset);
    this.#inValuePath = true;
    const filter = this.#nested(open, ']', () => this.#or());
    this.#inValuePath = false;
    const { name, offset } = operand(token);
    const suffix = this.#takeSuffix();
    if (suffix === undefined) return { kind: 'valuePath', name, filter, offset };
    return this.#attributeTerm({ name: { ...name, subAttribute: suffix }, selector: filter, offset });
  }

  /** The sub-attribute in `emails[type eq "work"].value`, which touches the bracket before it. */
  #takeSuffix(): string | undefined {
    const token = this.#peek();
    const bracket = this.#tokens[this.#next - 1];
    if (token.kind !== 'word' || !token.text.startsWith('.') || token.offset !== (bracket?.offset ?? 0) + 1) {
      return undefined;
    }
    this.#take();
    return suffixName(token);
  }

  #attributeTerm(left: Operand): FilterSyntax {
    this.#terms += 1;
    if (this.#terms > this.#limits.termsMax) {
      throw new TooManyError(
        `The filter has more than ${this.#limits.termsMax} comparisons: ask with several requests`,
      );
    }
    const token = this.#take();
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (word === 'pr') return { kind: 'present', operand: left };
    if (isOperator(word)) return { kind: 'compare', operand: left, operator: word, literal: literal(this.#take()) };
    throw filterError(`${describe(token)} where an operator (${[...OPERATORS].join(', ')}, pr) belongs`, token.offset);
  }

  #atWord(word: string): boolean {
    const token = this.#peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  #peek(): Token {
    // The list ends with `end`, which is never passed.
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }
}

function isOperator(word: string): word is ComparisonWord {
  return OPERATORS.has(word);
}

function operand(token: WordToken): Operand {
  return { name: attributeName(token.text, token.offset), offset: token.offset };
}

function attributeName(text: string, offset: number): AttributeName {
  const name = splitAttributeName(text);
  if (isNameFault(name)) throw filterError(name.reason, offset + name.at);
  return name;
}

function suffixName(token: WordToken): string {
  const name = attributeName(token.text.slice(1), token.offset + 1);
  if (name.urn === undefined && name.subAttribute === undefined) return name.attribute;
  throw filterError(`${describe(token)} where one sub-attribute belongs`, token.offset);
}

function literal(token: Token): Literal {
  const { offset } = token;
  if (token.kind === 'string') return { kind: 'json', value: token.value, offset };
  if (token.kind !== 'word' || RESERVED.has(token.text.toLowerCase())) {
    throw filterError(`${describe(token)} where a value belongs`, offset);
  }
  const constant = CONSTANTS.get(token.text);
  if (constant !== undefined) return { kind: 'json', value: constant, offset };
  return NUMBER.test(token.text) ? numberLiteral(token) : { kind: 'unquoted', text: unquoted(token), offset };
}

function numberLiteral(token: WordToken): Literal {
  const value = Number(token.text);
  // A number that changes by being read would find someone else.
  const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!exact) throw filterError(`the number ${shorten(token.text)} is out of range`, token.offset);
  return { kind: 'json', value, offset: token.offset };
}

/** A leading apostrophe is a quotation mark that the standard lacks: as part of the value it would find someone else. */
function unquoted(token: WordToken): string {
  if (!/^['`\u2018-\u201f]/.test(token.text)) return token.text;
  throw filterError(`${describe(token)}: strings stand in double quotation marks`, token.offset);
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'the filter ends';
  if (token.kind === 'string') return `the string "${shorten(token.value)}"`;
  return `"${token.kind === 'word' ? shorten(token.text) : token.kind}"`;
}
