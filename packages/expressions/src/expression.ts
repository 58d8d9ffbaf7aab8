import type { Place } from './error.ts';

/** The comparison operators. @see Entra, "Reference for writing expressions", IIF */
export type ComparisonOperator = '=' | '<>' | '>' | '>=' | '<' | '<=';

/** The words that stand without quotation marks. @see Entra, "Reference for writing expressions", InStr */
export type KeywordName = 'vbTextCompare' | 'vbBinaryCompare';

/** A call: `Join(" ", [givenName], [surname])`. */
export interface FunctionCall {
  readonly kind: 'function';
  /** As written. Whether there is such a function is for the check and the compiler to say. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly place: Place;
}

/** An attribute of the source object: `[mail]`. */
export interface AttributeReference {
  readonly kind: 'attribute';
  readonly name: string;
  readonly place: Place;
}

/** A text in quotation marks, with its escapes undone. */
export interface TextConstant {
  readonly kind: 'text';
  readonly value: string;
  readonly place: Place;
}

/** A bare number: `3`, `-10`, `1.5`, `&HF7`. */
export interface NumberConstant {
  readonly kind: 'number';
  /** As written, since a number may be longer than a double holds. */
  readonly digits: string;
  readonly place: Place;
}

/** A bare word: `vbTextCompare`. */
export interface Keyword {
  readonly kind: 'keyword';
  readonly name: KeywordName;
  readonly place: Place;
}

/** Two operands compared. It stands in the condition of `IIF` and in `CBool`. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly place: Place;
}

/** An argument that is left out: nothing between two commas. */
export interface OmittedArgument {
  readonly kind: 'omitted';
  readonly place: Place;
}

/** A parsed expression, or a part of one. Trees are frozen. */
export type Expression =
  | FunctionCall
  | AttributeReference
  | TextConstant
  | NumberConstant
  | Keyword
  | Comparison
  | OmittedArgument;

const NO_PARTS: readonly Expression[] = Object.freeze([]);

/** The parts of a node, in the order in which they are written. */
export function partsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'function') return expression.arguments;
  if (expression.kind === 'comparison') return [expression.left, expression.right];
  return NO_PARTS;
}

/** Every node of a tree, each before its parts. */
export function* nodesOf(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* nodesOf(part);
}
