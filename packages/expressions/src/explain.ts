import { findStructuralProblem } from './check.ts';
import { compileNode, type Trace, usesRedact } from './compile.ts';
import { EvaluationError, ExpressionError } from './error.ts';
import { type Expression, nodesOf, partsOf } from './expression.ts';
import { emptyAttributeFinder } from './functions/condition.ts';
import { printExpression } from './print.ts';
import { type EvaluationContext, REDACTED_TEXT, Run } from './run.ts';
import type { SourceAttributes, Value } from './value.ts';

/** One node of an expression with what it came to on one source object. */
export interface Explanation {
  readonly node: Expression;
  /** The node as it is written, in one line. */
  readonly text: string;
  /** Its value: `[Redact]` where `Redact` hides it, undefined where it came to an error. */
  readonly value?: Value;
  /** Why it has no value. */
  readonly error?: EvaluationError;
  /** Its value went into the result. False in a branch that was not taken. */
  readonly taken: boolean;
  /** What the value alone does not say. */
  readonly note?: string;
  /** Its parts, in the order in which they are written. */
  readonly parts: readonly Explanation[];
}

/** What a node came to. */
type Outcome = { readonly value: Value } | { readonly error: EvaluationError };

/**
 * Evaluates an expression on one source object and tells the value of every node, those of branches that
 * were not taken too. An error of evaluation is told where it arose and not thrown.
 *
 * @throws {ExpressionError} the expression does not compile
 */
export function explainExpression(
  expression: Expression,
  source: SourceAttributes,
  context: EvaluationContext,
): Explanation {
  const problem = findStructuralProblem(expression);
  if (problem) throw new ExpressionError(problem, problem, problem.message);
  return new Explainer(expression, source, context).explain();
}

class Explainer {
  readonly #root: Expression;
  readonly #source: SourceAttributes;
  readonly #context: EvaluationContext;
  readonly #redacted: boolean;

  constructor(root: Expression, source: SourceAttributes, context: EvaluationContext) {
    this.#root = root;
    this.#source = source;
    this.#context = context;
    this.#redacted = usesRedact(root);
  }

  explain(): Explanation {
    const taken = this.#evaluate(this.#root);
    const outcomes = new Map(taken);
    for (const node of nodesOf(this.#root)) {
      if (outcomes.has(node) || node.kind === 'omitted') continue;
      for (const [part, outcome] of this.#evaluate(node)) outcomes.set(part, outcome);
    }
    return this.#explainNode(this.#root, new Set(taken.keys()), outcomes, false);
  }

  /** Evaluates a node on its own and notes what it and the parts that it needed came to. */
  #evaluate(node: Expression): ReadonlyMap<Expression, Outcome> {
    const outcomes = new Map<Expression, Outcome>();
    const trace: Trace = {
      onValue: (part, value) => outcomes.set(part, { value }),
      onError: (part, error) => {
        if (error instanceof EvaluationError) outcomes.set(part, { error });
      },
    };
    try {
      compileNode(node, trace)(new Run(this.#source, this.#context, this.#redacted));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
    return outcomes;
  }

  #explainNode(
    node: Expression,
    taken: ReadonlySet<Expression>,
    outcomes: ReadonlyMap<Expression, Outcome>,
    underRedact: boolean,
  ): Explanation {
    const below = underRedact || isRedact(node);
    const note = this.#noteOn(node);
    return {
      node,
      text: underRedact && node.kind === 'text' ? REDACTED_TEXT : printExpression(withoutSecrets(node)),
      ...conceal(outcomes.get(node), below || usesRedact(node)),
      taken: taken.has(node),
      ...(note && { note }),
      parts: partsOf(node).map((part) => this.#explainNode(part, taken, outcomes, below)),
    };
  }

  #noteOn(node: Expression): string | undefined {
    if (node.kind !== 'function' || node.name !== 'IIF') return undefined;
    const empty = emptyAttributeFinder(node.arguments[0] as Expression)(this.#source);
    return empty && `[${empty}] is empty, so the condition fails and the value for false is taken`;
  }
}

function isRedact(node: Expression): boolean {
  return node.kind === 'function' && node.name === 'Redact';
}

/** The same tree with the constant texts under `Redact` hidden. */
function withoutSecrets(node: Expression, underRedact = false): Expression {
  if (node.kind === 'text' && underRedact) return { ...node, value: REDACTED_TEXT };
  if (node.kind === 'comparison') {
    return { ...node, left: withoutSecrets(node.left, underRedact), right: withoutSecrets(node.right, underRedact) };
  }
  if (node.kind !== 'function') return node;
  const below = underRedact || isRedact(node);
  return { ...node, arguments: node.arguments.map((part) => withoutSecrets(part, below)) };
}

function conceal(outcome: Outcome | undefined, hidden: boolean): Pick<Explanation, 'value' | 'error'> {
  if (!outcome) return {};
  if ('error' in outcome) return outcome;
  return { value: hidden ? REDACTED_TEXT : outcome.value };
}
