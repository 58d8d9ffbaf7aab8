import { type Arguments, textOf, textOrEmpty } from '../argument.ts';
import type { FunctionCall } from '../expression.ts';
import { type Run, TEXT_LENGTH_MAX } from '../run.ts';
import type { Value } from '../value.ts';
import type { Finding, FunctionDefinition } from './function-definition.ts';

const ARGUMENT_NAMES = [
  'source',
  'oldValue',
  'regexPattern',
  'regexGroupName',
  'replacementValue',
  'replacementAttributeName',
  'template',
] as const;
type ArgumentName = (typeof ARGUMENT_NAMES)[number];

/** The argument sets that have a meaning without a pattern. */
const OLD_VALUE = 'oldValue, replacementValue';
const TEMPLATE = 'oldValue, template';

/**
 * `Replace`: which arguments are given decides what it does.
 *
 * - `oldValue` and `replacementValue`: every occurrence in the source is replaced, with regard to case;
 * - `oldValue` and `template`: every occurrence in the template is replaced by the source.
 *
 * A null source stays null. An `oldValue` that is null or empty occurs nowhere. The modes with a pattern
 * are refused by the check.
 *
 * @see Entra, "Reference for writing expressions", Replace
 */
export const replace: FunctionDefinition = {
  name: 'Replace',
  parameters: ARGUMENT_NAMES.map((name) => (name === 'source' ? { name } : { name, optional: true })),
  check: checkReplace,
  evaluate: evaluateReplace,
};

function evaluateReplace([source, oldValue, , , replacementValue, , template]: Arguments, run: Run): Value {
  const text = textOf(source, run);
  if (text === null) return null;
  const sought = textOrEmpty(oldValue, run);
  if (template !== undefined) return replaceAll(textOrEmpty(template, run), sought, text, run);
  return replaceAll(text, sought, textOrEmpty(replacementValue, run), run);
}

/** Replaces all occurrences, and stops as soon as the result is too long. */
function replaceAll(text: string, sought: string, replacement: string, run: Run): string {
  if (sought === '') return text;
  let replaced = '';
  let rest = 0;
  for (let at = text.indexOf(sought); at !== -1; at = text.indexOf(sought, rest)) {
    replaced += text.slice(rest, at) + replacement;
    rest = at + sought.length;
    if (replaced.length > TEXT_LENGTH_MAX) run.refuseTextLength(replaced.length);
  }
  return replaced + text.slice(rest);
}

function checkReplace(call: FunctionCall): Finding | undefined {
  const given = givenArguments(call);
  if (given.includes('regexPattern')) return refusePattern(call);
  const mode = given.slice(1).join(', ');
  if (mode === OLD_VALUE || mode === TEMPLATE) return undefined;
  const expected = 'oldValue with replacementValue, or oldValue with template';
  const found = mode || 'neither';
  return { at: call, expected, found, message: `Replace takes ${expected}; given: ${found}` };
}

function refusePattern(call: FunctionCall): Finding {
  return {
    at: call.arguments[ARGUMENT_NAMES.indexOf('regexPattern')] ?? call,
    expected: 'Replace without regexPattern',
    found: 'a regexPattern',
    message: 'Replace with regexPattern is not supported yet: use oldValue with replacementValue or template',
  };
}

function givenArguments(call: FunctionCall): readonly ArgumentName[] {
  return ARGUMENT_NAMES.filter((_, index) => (call.arguments[index]?.kind ?? 'omitted') !== 'omitted');
}
