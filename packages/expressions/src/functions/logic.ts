import { holds, singleOf, textOrEmpty } from '../argument.ts';
import { IGNORED, isNull, isNullOrEmpty, type Value } from '../value.ts';
import { iif } from './condition.ts';
import type { Evaluator, FunctionDefinition, LazyCall } from './function-definition.ts';

const PAIR = 2;

/**
 * `Switch(source, default, key1, value1, …)`: the value of the first key that equals the source's text,
 * with regard to case. The key `""` is that of a null or empty source. Only the value taken is evaluated.
 *
 * @see Entra, "Reference for writing expressions", Switch
 */
const switchFunction: FunctionDefinition = {
  name: 'Switch',
  parameters: [{ name: 'source' }, { name: 'defaultValue', optional: true }],
  repeating: { group: [{ name: 'key' }, { name: 'value' }], groupsMin: 1 },
  compile: compileSwitch,
};

function compileSwitch({ parts, site }: LazyCall): Evaluator {
  const [source, fallback, ...pairs] = parts as readonly [Evaluator, Evaluator | undefined, ...Evaluator[]];
  return (run) => {
    const value = source(run);
    run.site = site;
    const text = textOrEmpty(value, run);
    for (let at = 0; at < pairs.length; at += PAIR) {
      if (textOrEmpty(pairs[at]?.(run), run) === text) return pairs[at + 1]?.(run) ?? null;
    }
    return fallback?.(run) ?? null;
  };
}

/**
 * `Coalesce(source1, source2, …)`: the first that is not null, else null. The empty text is a value.
 *
 * @see Entra, "Reference for writing expressions", Coalesce
 */
const coalesce: FunctionDefinition = {
  name: 'Coalesce',
  parameters: [],
  repeating: { group: [{ name: 'source', optional: true }], groupsMin: 1 },
  compile: compileCoalesce,
};

function compileCoalesce({ parts }: LazyCall): Evaluator {
  return (run) => {
    for (const part of parts) {
      const value = part?.(run) ?? null;
      if (!isNull(value)) return value;
    }
    return null;
  };
}

const source = [{ name: 'source' }] as const;
const expression = [{ name: 'expression' }] as const;

/** The functions that judge or choose. */
export const LOGIC: readonly FunctionDefinition[] = [
  switchFunction,
  iif,
  coalesce,
  // "True" becomes False; anything else, null included, becomes True.
  { name: 'Not', parameters: source, evaluate: ([value], run) => !isTrue(singleOf(value, run)) },
  {
    name: 'CBool',
    parameters: [{ name: 'expression', comparison: true }],
    evaluate: ([value], run) => holds(value, run),
  },
  { name: 'IsNull', parameters: expression, evaluate: ([value = null]) => isNull(value) },
  { name: 'IsNullOrEmpty', parameters: expression, evaluate: ([value = null]) => isNullOrEmpty(value) },
  { name: 'IsPresent', parameters: expression, evaluate: ([value = null]) => !isNullOrEmpty(value) },
  { name: 'IsString', parameters: expression, evaluate: ([value = null]) => isText(value) },
  {
    name: 'IgnoreFlowIfNullOrEmpty',
    parameters: expression,
    outermost: true,
    evaluate: ([value = null]) => (isNullOrEmpty(value) ? IGNORED : value),
  },
  { name: 'Redact', parameters: [{ name: 'value' }], evaluate: ([value = null]) => value },
];

function isTrue(value: ReturnType<typeof singleOf>): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** One value has a text; null and a list have none. */
function isText(value: Value): boolean {
  return !isNull(value) && !Array.isArray(value);
}
