import { attributeReader, readAttribute } from './attribute-reader.ts';
import { findStructuralProblem } from './check.ts';
import { compareValues } from './compare.ts';
import { ExpressionError, type Site } from './error.ts';
import {
  type AttributeReference,
  type Comparison,
  type Expression,
  type FunctionCall,
  type NumberConstant,
  nodesOf,
} from './expression.ts';
import type { EagerFunction, Evaluator } from './functions/function-definition.ts';
import { FUNCTIONS } from './functions/table.ts';
import { type EvaluationContext, Run } from './run.ts';
import { integerValue, parseInteger, parseNumber, type SourceAttributes, type Value } from './value.ts';

/** An expression that is ready to be evaluated any number of times. */
export interface CompiledExpression {
  /** The attributes that it reads, as written, each once without regard to case. */
  readonly attributes: readonly string[];
  /** It uses `Guid`, `RandomString` or `Now`: the same object may yield another value each time. */
  readonly impure: boolean;
  /** It uses `Redact`: its value must not be shown in a log. */
  readonly redacted: boolean;
  /**
   * Evaluates the expression on one source object. The object is read and not kept.
   *
   * @throws {EvaluationError} a value of this object does not suit the expression
   * @throws {LimitError} the evaluation takes too many steps, or makes too long a text
   */
  evaluate(source: SourceAttributes, context: EvaluationContext): Value;
}

/** Hears of every node that has been evaluated. */
export interface Trace {
  onValue(node: Expression, value: Value): void;
  onError(node: Expression, error: unknown): void;
}

/**
 * Compiles a tree once, for many evaluations.
 *
 * @throws {ExpressionError} an unknown or unsupported function, a wrong number of arguments, or another
 *   problem that `checkExpression` lists as an error without knowing the attributes
 */
export function compileExpression(expression: Expression): CompiledExpression {
  const problem = findStructuralProblem(expression);
  if (problem) throw new ExpressionError(problem, problem, problem.message);
  const evaluator = compileNode(expression);
  const redacted = usesRedact(expression);
  return {
    attributes: attributesOf(expression),
    impure: isImpure(expression),
    redacted,
    evaluate: (source, context) => evaluator(new Run(source, context, redacted)),
  };
}

/** Evaluates a tree once. For more than one object, compile it. @throws what compiling and evaluating throw */
export function evaluateExpression(
  expression: Expression,
  source: SourceAttributes,
  context: EvaluationContext,
): Value {
  return compileExpression(expression).evaluate(source, context);
}

/** Compiles a node that the structural check has passed. */
export function compileNode(node: Expression, trace?: Trace): Evaluator {
  const evaluator = compilers[node.kind](node as never, trace);
  return trace ? traced(node, evaluator, trace) : evaluator;
}

const compilers: {
  readonly [K in Expression['kind']]: (node: Extract<Expression, { kind: K }>, trace?: Trace) => Evaluator;
} = {
  function: compileCall,
  attribute: compileAttribute,
  text: ({ value }) => constant(value),
  number: (node) => constant(numberValue(node)),
  keyword: ({ name }) => constant(name),
  comparison: compileComparison,
  omitted: () => constant(null),
};

function constant(value: Value): Evaluator {
  return () => value;
}

function numberValue({ digits }: NumberConstant): number | string {
  const integer = parseInteger(digits);
  return integer === undefined ? (parseNumber(digits) ?? digits) : integerValue(integer);
}

function compileAttribute({ name, place }: AttributeReference): Evaluator {
  const read = attributeReader(name);
  const site: Site = { name: `[${name}]`, ...place };
  return (run) => {
    run.site = site;
    return readAttribute(run, read);
  };
}

function compileComparison(node: Comparison, trace?: Trace): Evaluator {
  const left = compileNode(node.left, trace);
  const right = compileNode(node.right, trace);
  const site: Site = { name: `"${node.operator}"`, ...node.place };
  return (run) => {
    const one = left(run);
    const other = right(run);
    run.site = site;
    return compareValues(one, node.operator, other, run);
  };
}

function compileCall(call: FunctionCall, trace?: Trace): Evaluator {
  const definition = FUNCTIONS.get(call.name);
  if (!definition || 'unsupported' in definition) {
    throw new ExpressionError(call.place, { expected: 'a function that is there', found: call.name });
  }
  const parts = call.arguments.map((part) => (part.kind === 'omitted' ? undefined : compileNode(part, trace)));
  const site: Site = { name: call.name, ...call.place };
  if ('evaluate' in definition) return compileEager(definition, parts, site);
  const evaluator = definition.compile({ call, parts, site });
  return (run) => {
    run.spend(1);
    return evaluator(run);
  };
}

function compileEager({ evaluate }: EagerFunction, parts: readonly (Evaluator | undefined)[], site: Site): Evaluator {
  return (run) => {
    const values: (Value | undefined)[] = [];
    for (const part of parts) values.push(part?.(run));
    run.site = site;
    return run.settle(evaluate(values, run));
  };
}

function traced(node: Expression, evaluator: Evaluator, trace: Trace): Evaluator {
  return (run) => {
    try {
      const value = evaluator(run);
      trace.onValue(node, value);
      return value;
    } catch (error) {
      trace.onError(node, error);
      throw error;
    }
  };
}

function attributesOf(expression: Expression): readonly string[] {
  const byFoldedName = new Map<string, string>();
  for (const node of nodesOf(expression)) {
    if (node.kind !== 'attribute') continue;
    const folded = node.name.toLowerCase();
    if (!byFoldedName.has(folded)) byFoldedName.set(folded, node.name);
  }
  return [...byFoldedName.values()];
}

function isImpure(expression: Expression): boolean {
  return callsOf(expression).some(({ name }) => FUNCTIONS.get(name)?.impure !== undefined);
}

/** Says whether `Redact` stands anywhere in a tree. */
export function usesRedact(expression: Expression): boolean {
  return callsOf(expression).some(({ name }) => name === 'Redact');
}

function callsOf(expression: Expression): readonly FunctionCall[] {
  return [...nodesOf(expression)].filter((node) => node.kind === 'function');
}
