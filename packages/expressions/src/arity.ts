import type { Problem } from './check.ts';
import type { Expression, FunctionCall } from './expression.ts';
import type { FunctionDefinition, Parameter } from './functions/function-definition.ts';

/** Finds what is wrong with the number of a call's arguments, or with what is left out. */
export function findArityProblem(call: FunctionCall, definition: FunctionDefinition): Problem | undefined {
  return findCountProblem(call, definition) ?? findMissingArgument(call, definition);
}

function findCountProblem(call: FunctionCall, definition: FunctionDefinition): Problem | undefined {
  const count = call.arguments.length;
  if (isCountRight(count, definition)) return undefined;
  const expected = printSignature(definition);
  return {
    code: 'wrongArgumentCount',
    severity: 'error',
    message: `${call.name} has ${count} arguments; it is written ${expected}`,
    expected,
    found: `${count} arguments`,
    ...call.place,
  };
}

function isCountRight(count: number, { parameters, repeating }: FunctionDefinition): boolean {
  if (!repeating) return count <= parameters.length && count >= requiredCount(parameters);
  const repeated = count - parameters.length;
  const groups = repeated / repeating.group.length;
  return groups >= repeating.groupsMin && Number.isInteger(groups);
}

function requiredCount(parameters: readonly Parameter[]): number {
  return parameters.findLastIndex(({ optional }) => !optional) + 1;
}

function findMissingArgument(call: FunctionCall, definition: FunctionDefinition): Problem | undefined {
  const index = call.arguments.findIndex(
    (node, at) => node.kind === 'omitted' && !parameterAt(definition, at)?.optional,
  );
  if (index === -1) return undefined;
  const { place } = call.arguments[index] as Expression;
  const name = parameterAt(definition, index)?.name ?? '';
  return {
    code: 'missingArgument',
    severity: 'error',
    message: `${call.name} needs its argument ${index + 1}, ${name}; it is written ${printSignature(definition)}`,
    expected: name,
    found: 'nothing',
    ...place,
  };
}

function parameterAt({ parameters, repeating }: FunctionDefinition, index: number): Parameter | undefined {
  if (index < parameters.length) return parameters[index];
  return repeating?.group[(index - parameters.length) % repeating.group.length];
}

/** Prints how a function is called, optional parameters with a question mark: `Switch(source, defaultValue?, key1, value1, …)`. */
function printSignature({ name, parameters, repeating }: FunctionDefinition): string {
  const fixed = parameters.map((parameter) => `${parameter.name}${parameter.optional ? '?' : ''}`);
  if (!repeating) return `${name}(${fixed.join(', ')})`;
  const groups = Array.from({ length: repeating.groupsMin }, (_, group) =>
    repeating.group.map((parameter) => `${parameter.name}${group + 1}`),
  );
  return `${name}(${[...fixed, ...groups.flat(), '…'].join(', ')})`;
}
