import {
  type CompiledExpression,
  compileExpression,
  type EvaluationContext,
  parseExpression,
  printValue,
  type SourceAttributes,
  type Value,
} from '../index.ts';

/** A context that is the same in every test. It draws the numbers 0, 1, 2 … within the bound. */
export function fixedContext(): EvaluationContext {
  let drawn = 0;
  return {
    now: new Date('2026-01-02T03:04:05.678Z'),
    newGuid: () => '00aa00aa-bb11-cc22-dd33-44ee44ee44ee',
    randomBelow: (bound) => drawn++ % bound,
  };
}

export function compileText(text: string): CompiledExpression {
  return compileExpression(parseExpression(text));
}

/** Parses, compiles and evaluates. Dates come as the text that the documentation prints. */
export function evaluateText(text: string, source: SourceAttributes = {}): Value {
  const value = compileText(text).evaluate(source, fixedContext());
  return value instanceof Date ? printValue(value) : value;
}
