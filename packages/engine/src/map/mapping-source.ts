import {
  compileExpression,
  type EvaluationContext,
  IGNORED,
  parseExpression,
  printValue,
  type Value,
} from '@rollcall/expressions';
import type { SourceValue } from '@rollcall/sources';
import { findDefinition } from './attribute-list.ts';
import type { AttributeDefinition, MappingSource } from './job-schema.ts';
import type { TargetValue } from './target-value.ts';

/** A source object as mappings see it; an absent name is a value that the source does not tell. */
export type SourceRecord = Readonly<Record<string, SourceValue>>;

/** A mapping's source, ready to be asked for the value of one object after another. */
export interface CompiledSource {
  /** Source attributes that take part, as the attribute list spells them. */
  readonly attributes: readonly string[];
  /** True when two evaluations on one object may differ. */
  readonly impure: boolean;
  /** The value; `null` when there is none; `undefined` when nothing is to flow. */
  evaluate(record: SourceRecord, context: EvaluationContext): TargetValue | null | undefined;
}

const NOTHING: CompiledSource = { attributes: [], impure: false, evaluate: () => undefined };

/** @throws {ExpressionError} the expression cannot be read; the message says where */
export function compileSource(source: MappingSource, list: readonly AttributeDefinition[]): CompiledSource {
  switch (source.type) {
    case 'none':
      return NOTHING;
    case 'constant':
      return { attributes: [], impure: false, evaluate: () => source.value };
    case 'direct':
      return compileDirect(source.attribute, list);
    case 'expression':
      return compileText(source.expression, list);
    default:
      throw new TypeError(`unknown mapping type ${JSON.stringify((source as { type: unknown }).type)}`);
  }
}

function compileDirect(written: string, list: readonly AttributeDefinition[]): CompiledSource {
  const name = findDefinition(list, written)?.name ?? written;
  return { attributes: [name], impure: false, evaluate: (record) => emptyAsNull(record[name] ?? null) };
}

function compileText(text: string, list: readonly AttributeDefinition[]): CompiledSource {
  const compiled = compileExpression(parseExpression(text));
  return {
    attributes: compiled.attributes.map((written) => findDefinition(list, written)?.name ?? written),
    impure: compiled.impure,
    evaluate: (record, context) => fromExpression(compiled.evaluate(record, context)),
  };
}

/** A list without values is no value. */
function emptyAsNull(value: SourceValue): SourceValue {
  return Array.isArray(value) && value.length === 0 ? null : value;
}

function fromExpression(value: Value): TargetValue | null | undefined {
  if (value === IGNORED) return undefined;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return printValue(value);
  return value.length === 0 ? null : value.map(elementText);
}

function elementText(element: unknown): string {
  const isText = typeof element !== 'object' || element instanceof Date;
  if (isText) return printValue(element as string);
  throw new TypeError('the expression gives complex values, which no attribute type of the list can hold');
}
