export type { CheckOptions, KnownAttribute, Problem, ProblemCode } from './check.ts';
export { checkExpression } from './check.ts';
export type { CompiledExpression } from './compile.ts';
export { compileExpression, evaluateExpression } from './compile.ts';
export type { EvaluationErrorCode, Mismatch, Place, Site } from './error.ts';
export { EvaluationError, ExpressionError, LimitError } from './error.ts';
export type { Explanation } from './explain.ts';
export { explainExpression } from './explain.ts';
export type {
  AttributeReference,
  Comparison,
  ComparisonOperator,
  Expression,
  FunctionCall,
  Keyword,
  KeywordName,
  NumberConstant,
  OmittedArgument,
  TextConstant,
} from './expression.ts';
export type { ParseOptions } from './parse.ts';
export { parseExpression } from './parse.ts';
export { printExpression } from './print.ts';
export type { EvaluationContext } from './run.ts';
export { REDACTED_TEXT, STEPS_MAX, TEXT_LENGTH_MAX } from './run.ts';
export type { AppRole, Ignored, SingleValue, SourceAttributes, SourceValue, Value } from './value.ts';
export { IGNORED, printValue } from './value.ts';
