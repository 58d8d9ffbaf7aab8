import { holds } from '../argument.ts';
import { attributeReader } from '../attribute-reader.ts';
import { type AttributeReference, type Expression, nodesOf } from '../expression.ts';
import { isNullOrEmpty, type SourceAttributes } from '../value.ts';
import type { Evaluator, Finding, FunctionDefinition, LazyCall } from './function-definition.ts';

const PRESENCE_TESTS: ReadonlySet<string> = new Set(['IsNull', 'IsNullOrEmpty', 'IsPresent']);

/**
 * Makes the function that names the first attribute of a condition that is null or empty in a source.
 *
 * Such a condition fails, whatever it says: the value for false is taken.
 *
 * @see Entra, "Reference for writing expressions", IIF, Known limitations
 */
export function emptyAttributeFinder(condition: Expression): (source: SourceAttributes) => string | undefined {
  const attributes = [...nodesOf(condition)].filter((node): node is AttributeReference => node.kind === 'attribute');
  const readers = attributes.map(({ name }) => ({ name, read: attributeReader(name) }));
  return (source) => readers.find(({ read }) => isNullOrEmpty(read(source)))?.name;
}

/** @see Entra, "Reference for writing expressions", IIF */
export const iif: FunctionDefinition = {
  name: 'IIF',
  parameters: [{ name: 'condition', comparison: true }, { name: 'valueIfTrue' }, { name: 'valueIfFalse' }],
  compile: compileIif,
};

function compileIif({ call, parts, site }: LazyCall): Evaluator {
  const [condition, whenTrue, whenFalse] = parts as readonly [Evaluator, Evaluator, Evaluator];
  const findEmpty = emptyAttributeFinder(call.arguments[0] as Expression);
  return (run) => {
    if (findEmpty(run.source) !== undefined) return whenFalse(run);
    const value = condition(run);
    run.site = site;
    return holds(value, run) ? whenTrue(run) : whenFalse(run);
  };
}

/**
 * Finds the conditions that cannot do what they say, because an empty attribute fails them: presence
 * tests, and a comparison with the empty text.
 */
export function findVainCondition(condition: Expression): Finding | undefined {
  const vain = [...nodesOf(condition)].find(isVain);
  if (!vain) return undefined;
  return {
    at: vain,
    expected: 'a condition that does not ask whether an attribute is empty',
    found: vain.kind === 'function' ? vain.name : 'a comparison with ""',
    message: 'an empty attribute makes this condition fail: use Switch([attribute], [attribute], "", "Other")',
  };
}

function isVain(node: Expression): boolean {
  if (node.kind === 'function') return PRESENCE_TESTS.has(node.name);
  return (
    node.kind === 'comparison' && [node.left, node.right].some((side) => side.kind === 'text' && side.value === '')
  );
}
