import { findArityProblem } from './arity.ts';
import type { Mismatch, Place } from './error.ts';
import { type AttributeReference, type Expression, type FunctionCall, nodesOf } from './expression.ts';
import { findVainCondition } from './functions/condition.ts';
import type { Finding, FunctionDefinition } from './functions/function-definition.ts';
import { FUNCTIONS } from './functions/table.ts';
import { suggestName } from './suggestion.ts';

/** What is wrong, as a word for programs. */
export type ProblemCode =
  | 'unknownFunction'
  | 'unsupportedFunction'
  | 'wrongArgumentCount'
  | 'missingArgument'
  | 'invalidArgument'
  | 'misplacedComparison'
  | 'misplacedKeyword'
  | 'misplacedFunction'
  | 'unknownAttribute'
  | 'referenceAttribute'
  | 'impureFunction'
  | 'vainCondition';

/** One problem of an expression, at the place where it can be mended. */
export interface Problem extends Place, Mismatch {
  readonly code: ProblemCode;
  /** An error makes the mapping unfit; a warning leaves it to the administrator. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
}

/** An attribute that the source offers. */
export interface KnownAttribute {
  readonly name: string;
  /** A reference to another object: expressions cannot read it. */
  readonly reference?: boolean;
}

/** What is known of the mapping that the expression stands in. */
export interface CheckOptions {
  /** The source's attributes. Left out, attribute names are not checked. */
  readonly attributes?: Iterable<string | KnownAttribute>;
  /** When the mapping applies. Default `always`. */
  readonly flow?: 'always' | 'onlyOnCreate';
}

/**
 * Lists what is wrong with an expression, in the order of its text, without evaluating it.
 *
 * An expression without an error compiles. Functions that yield another value every time are errors in a
 * mapping that always flows, since each cycle would change the target; `Now`, which Entra's own examples
 * compare dates with, is a warning.
 *
 * @see Entra, "Reference for writing expressions"
 */
export function checkExpression(expression: Expression, options: CheckOptions = {}): readonly Problem[] {
  const problems = [
    ...findStructuralProblems(expression),
    ...findVainConditions(expression),
    ...findUnknownAttributes(expression, options.attributes),
    ...((options.flow ?? 'always') === 'always' ? findImpureCalls(expression) : []),
  ];
  return problems.sort((one, other) => one.position - other.position);
}

/** The first problem that keeps an expression from being compiled. */
export function findStructuralProblem(expression: Expression): Problem | undefined {
  return findStructuralProblems(expression)[0];
}

function findStructuralProblems(root: Expression): readonly Problem[] {
  const misplacedRoot = root.kind === 'function' ? undefined : findMisplacedRoot(root);
  const problems = [misplacedRoot, ...callsOf(root).map((call) => findCallProblem(call, call === root))];
  return problems.filter((problem) => problem !== undefined);
}

/** A comparison, a keyword or nothing at all is no expression. A tree from the parser has no such root. */
function findMisplacedRoot(root: Expression): Problem | undefined {
  if (root.kind === 'comparison') return misplacedComparison(root);
  if (root.kind === 'keyword') return misplacedKeyword(root, root.name);
  return undefined;
}

function findCallProblem(call: FunctionCall, outermost: boolean): Problem | undefined {
  const definition = FUNCTIONS.get(call.name);
  if (!definition) return unknownFunction(call);
  if ('unsupported' in definition) return unsupported(call, definition.unsupported);
  if (definition.outermost && !outermost) return misplacedFunction(call);
  return (
    findArityProblem(call, definition) ??
    findMisplacedArgument(call, definition) ??
    asProblem('invalidArgument', definition.check?.(call))
  );
}

function unknownFunction(call: FunctionCall): Problem {
  const suggestion = suggestName(call.name, FUNCTIONS.keys());
  const onlyCase = suggestion?.toLowerCase() === call.name.toLowerCase();
  const hint = suggestion ? `: did you mean ${suggestion}?${onlyCase ? ' Names are case-sensitive.' : ''}` : '';
  return {
    code: 'unknownFunction',
    severity: 'error',
    message: `there is no function ${call.name}${hint}`,
    expected: suggestion ?? 'the name of a function',
    found: call.name,
    ...(suggestion && { suggestion }),
    ...call.place,
  };
}

function unsupported(call: FunctionCall, reason: string): Problem {
  const message = `${call.name} is not supported yet: ${reason}`;
  return {
    code: 'unsupportedFunction',
    severity: 'error',
    message,
    expected: 'a supported function',
    found: call.name,
    ...call.place,
  };
}

function misplacedFunction(call: FunctionCall): Problem {
  const message = `${call.name} must be the outermost function`;
  return {
    code: 'misplacedFunction',
    severity: 'error',
    message,
    expected: `${call.name} outermost`,
    found: `${call.name} inside another function`,
    ...call.place,
  };
}

function findMisplacedArgument(call: FunctionCall, definition: FunctionDefinition): Problem | undefined {
  for (const [index, argument] of call.arguments.entries()) {
    const parameter = definition.parameters[index];
    if (argument.kind === 'comparison' && !parameter?.comparison) return misplacedComparison(argument);
    if (argument.kind === 'keyword' && !parameter?.keyword) return misplacedKeyword(argument, argument.name);
  }
  return undefined;
}

function misplacedComparison(node: Expression): Problem {
  return {
    code: 'misplacedComparison',
    severity: 'error',
    message: 'a comparison may stand only as the condition of IIF and in CBool',
    expected: 'a value',
    found: 'a comparison',
    ...node.place,
  };
}

function misplacedKeyword(node: Expression, name: string): Problem {
  return {
    code: 'misplacedKeyword',
    severity: 'error',
    message: `${name} may stand only as the compareType of InStr: write "${name}" for a text`,
    expected: 'a value',
    found: name,
    ...node.place,
  };
}

function findVainConditions(root: Expression): readonly Problem[] {
  const conditions = callsOf(root).flatMap((call) => (call.name === 'IIF' ? (call.arguments[0] ?? []) : []));
  const found = conditions.map((condition) => asProblem('vainCondition', findVainCondition(condition), 'warning'));
  return found.filter((problem) => problem !== undefined);
}

function findUnknownAttributes(root: Expression, known: CheckOptions['attributes']): readonly Problem[] {
  if (!known) return [];
  const byFoldedName = new Map<string, KnownAttribute>();
  for (const entry of known) {
    const attribute = typeof entry === 'string' ? { name: entry } : entry;
    byFoldedName.set(attribute.name.toLowerCase(), attribute);
  }
  const references = [...nodesOf(root)].filter((node) => node.kind === 'attribute');
  const found = references.map((node) => findAttributeProblem(node, byFoldedName));
  return found.filter((problem) => problem !== undefined);
}

function findAttributeProblem(
  node: AttributeReference,
  known: ReadonlyMap<string, KnownAttribute>,
): Problem | undefined {
  const attribute = known.get(node.name.toLowerCase());
  const about = { severity: 'error', found: `[${node.name}]`, ...node.place } as const;
  if (attribute?.reference) {
    const message = `[${node.name}] is a reference: map it directly, expressions cannot read it`;
    return { code: 'referenceAttribute', message, expected: 'an attribute that is no reference', ...about };
  }
  if (attribute) return undefined;
  const suggestion = suggestName(
    node.name,
    [...known.values()].map(({ name }) => name),
  );
  const message = `the source has no attribute [${node.name}]${suggestion ? `: did you mean [${suggestion}]?` : ''}`;
  const expected = suggestion ? `[${suggestion}]` : 'an attribute of the source';
  return { code: 'unknownAttribute', message, expected, ...(suggestion && { suggestion }), ...about };
}

function findImpureCalls(root: Expression): readonly Problem[] {
  const calls = callsOf(root).filter(({ name }) => FUNCTIONS.get(name)?.impure);
  return calls.map((call) => impureCall(call, FUNCTIONS.get(call.name)?.impure === 'clock'));
}

function impureCall(call: FunctionCall, onlyClock: boolean): Problem {
  return {
    code: 'impureFunction',
    severity: onlyClock ? 'warning' : 'error',
    message: `${call.name} may yield another value in every cycle: apply this mapping only during object creation`,
    expected: 'a function of the source object alone',
    found: call.name,
    ...call.place,
  };
}

function asProblem(
  code: ProblemCode,
  finding: Finding | undefined,
  severity: Problem['severity'] = 'error',
): Problem | undefined {
  if (!finding) return undefined;
  const { at, expected, found, message } = finding;
  return { code, severity, message, expected, found, ...at.place };
}

function callsOf(root: Expression): readonly FunctionCall[] {
  return [...nodesOf(root)].filter((node) => node.kind === 'function');
}
