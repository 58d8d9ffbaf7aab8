import { ExpressionError, type Place } from './error.ts';
import type { Comparison, Expression, FunctionCall, Keyword, KeywordName } from './expression.ts';
import { type Token, tokenise } from './tokens.ts';

/** Bounds on what is parsed. */
export interface ParseOptions {
  /** Longest text, in UTF-16 units. Default 10,000, as Entra has it. */
  readonly lengthMax?: number;
  /** Deepest nesting of calls. Default 64. */
  readonly depthMax?: number;
  /**
   * What the whole text may be. Default `function`, as in the portal's Expression field; with `any`, a lone
   * `[attribute]` or `"text"` too, which is how the Graph API writes direct and constant mappings.
   */
  readonly root?: 'function' | 'any';
}

const LENGTH_MAX = 10_000;
const DEPTH_MAX = 64;

const KEYWORDS: ReadonlySet<string> = new Set<KeywordName>(['vbTextCompare', 'vbBinaryCompare']);

/**
 * Parses the text of an expression into a frozen tree.
 *
 * Only the grammar is judged here: an unknown function or a wrong number of arguments parses, and is
 * refused by `checkExpression` and `compileExpression`.
 *
 * @throws {ExpressionError} the text breaks the grammar, is too long or nests too deeply
 * @see Entra, "Reference for writing expressions", Syntax overview; "Known issues" for the length
 */
export function parseExpression(text: string, options: ParseOptions = {}): Expression {
  const { lengthMax = LENGTH_MAX, depthMax = DEPTH_MAX, root = 'function' } = options;
  refuseLength(text, lengthMax);
  const parser = new Parser(tokenise(text), depthMax);
  return root === 'any' ? parser.parseOperandAlone() : parser.parseCallAlone();
}

function refuseLength(text: string, lengthMax: number): void {
  if (text.length <= lengthMax) return;
  const before = text.slice(0, lengthMax);
  const place: Place = {
    position: lengthMax,
    line: before.split('\n').length,
    column: lengthMax - before.lastIndexOf('\n'),
  };
  const expected = `at most ${lengthMax} characters`;
  throw new ExpressionError(place, { expected, found: `${text.length} characters` });
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #depthMax: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], depthMax: number) {
    this.#tokens = tokens;
    this.#depthMax = depthMax;
  }

  parseCallAlone(): Expression {
    if (this.#peek().kind !== 'name') this.#refuse('a function call, such as Append([mail], ".test")');
    return this.parseOperandAlone();
  }

  parseOperandAlone(): Expression {
    const expression = this.#parseOperand('a function call, an [attribute] or a "text"');
    if (this.#peek().kind !== 'end') this.#refuse('the end of the expression');
    return expression;
  }

  #parseArgument(): Expression {
    const { kind, place } = this.#peek();
    if (kind === ',' || kind === ')') return Object.freeze({ kind: 'omitted', place });
    const left = this.#parseOperand('an argument: a function, an [attribute], a "text" or a number');
    const operator = this.#peek();
    if (operator.kind !== 'operator') return left;
    this.#next += 1;
    const right = this.#parseOperand(`an operand after "${operator.operator}"`);
    const comparison: Comparison = { kind: 'comparison', operator: operator.operator, left, right, place };
    return Object.freeze(comparison);
  }

  #parseOperand(expected: string): Expression {
    const token = this.#peek();
    switch (token.kind) {
      case 'name':
        return this.#parseCallOrKeyword(token.name, token.place);
      case 'attribute':
        this.#next += 1;
        return Object.freeze({ kind: 'attribute', name: token.name, place: token.place });
      case 'text':
        this.#next += 1;
        return Object.freeze({ kind: 'text', value: token.value, place: token.place });
      case 'number':
        this.#next += 1;
        return Object.freeze({ kind: 'number', digits: token.digits, place: token.place });
      default:
        return this.#refuse(expected);
    }
  }

  #parseCallOrKeyword(name: string, place: Place): FunctionCall | Keyword {
    this.#next += 1;
    if (this.#peek().kind === '(') return this.#parseCall(name, place);
    if (isKeyword(name)) return Object.freeze({ kind: 'keyword', name, place });
    return this.#refuse(`"(" after ${name}, or [${name}] for an attribute, or "${name}" for a text`);
  }

  #parseCall(name: string, place: Place): FunctionCall {
    this.#depth += 1;
    if (this.#depth > this.#depthMax) {
      const expected = `calls nested at most ${this.#depthMax} deep`;
      throw new ExpressionError(place, { expected, found: `${name} at depth ${this.#depth}` });
    }
    this.#next += 1;
    const parsed = this.#peek().kind === ')' ? [] : this.#parseArguments(name);
    this.#next += 1;
    this.#depth -= 1;
    return Object.freeze({ kind: 'function', name, arguments: Object.freeze(parsed), place });
  }

  /** Parses up to the closing parenthesis, which it leaves. */
  #parseArguments(name: string): Expression[] {
    const parsed = [this.#parseArgument()];
    while (this.#peek().kind === ',') {
      this.#next += 1;
      parsed.push(this.#parseArgument());
    }
    if (this.#peek().kind !== ')') this.#refuse(`"," or the ")" that ends ${name}`);
    return parsed;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #refuse(expected: string): never {
    const { place, found } = this.#peek();
    throw new ExpressionError(place, { expected, found });
  }
}

function isKeyword(name: string): name is KeywordName {
  return KEYWORDS.has(name);
}
