import type { AttributeDefinition, AttributeType } from './job-schema.ts';

/** A value as it goes to a target, in the type that the target's attribute list names. */
export type TargetValue = string | number | boolean | readonly string[];

/** A mapping gave a value that its target attribute cannot hold; the object is left as it is. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly code: MappingErrorCode;

  constructor(code: MappingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * - `InvalidAttributeValue`: the value is not of the attribute's type.
 * - `SchemaPropertyCanOnlyAcceptValue`: several values for a single-valued attribute.
 * - `ExpressionFailed`: the expression gave no value for this object.
 * - `MandatoryFieldsMissing`: a required attribute has no value.
 */
export type MappingErrorCode =
  | 'InvalidAttributeValue'
  | 'SchemaPropertyCanOnlyAcceptValue'
  | 'ExpressionFailed'
  | 'MandatoryFieldsMissing';

/**
 * Converts what a mapping gave to the type of the target attribute.
 *
 * Booleans arrive as the words `True` and `False`, since expressions know text only.
 *
 * @throws {MappingError} the value cannot be of that type
 */
export function toTargetValue(value: TargetValue, definition: AttributeDefinition): TargetValue {
  if (typeof value !== 'object')
    return definition.multiValued ? [textOf(value)] : CONVERT[definition.type](value, definition);
  if (definition.multiValued) return value;
  const [only, ...others] = value;
  if (only === undefined || others.length > 0) throw notSingle(value, definition);
  return CONVERT[definition.type](only, definition);
}

type Scalar = string | number | boolean;
type Convert = (value: Scalar, definition: AttributeDefinition) => TargetValue;

const CONVERT: Readonly<Record<AttributeType, Convert>> = {
  String: textOf,
  DateTime: textOf,
  Binary: textOf,
  Reference: textOf,
  Integer: toInteger,
  Boolean: toBoolean,
};

function textOf(value: Scalar): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function toBoolean(value: Scalar, definition: AttributeDefinition): boolean {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (word === 'true') return true;
  if (word === 'false') return false;
  throw notOfType(value, definition, 'map it to True or False');
}

function toInteger(value: Scalar, definition: AttributeDefinition): number {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw notOfType(value, definition, 'map it to whole digits');
}

function notOfType(value: Scalar, { name, type }: AttributeDefinition, advice: string): MappingError {
  return new MappingError(
    'InvalidAttributeValue',
    `${name} is of type ${type} and cannot hold ${shown(value)}: ${advice}`,
  );
}

function notSingle(values: readonly string[], { name }: AttributeDefinition): MappingError {
  return new MappingError(
    'SchemaPropertyCanOnlyAcceptValue',
    `${name} holds one value and the mapping gives ${values.length}: choose one in an expression, or mark it multi-valued`,
  );
}

const SHOWN_MAX = 60;

/** A value for an error text, cut to a length that a person reads. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/**
 * Whether a target that has one value needs no write to have the other.
 *
 * Several values are compared as a set: SCIM gives their order no meaning.
 *
 * @see RFC 7643 2.4
 */
export function sameValue(left: unknown, right: unknown, definition: AttributeDefinition): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) return sameSet(left, right, definition);
  return comparable(left, definition) === comparable(right, definition);
}

function sameSet(left: readonly unknown[], right: readonly unknown[], definition: AttributeDefinition): boolean {
  const rights = new Set(right.map((value) => comparable(value, definition)));
  const lefts = new Set(left.map((value) => comparable(value, definition)));
  return lefts.size === rights.size && [...lefts].every((value) => rights.has(value));
}

function comparable(value: unknown, { type, caseExact = true }: AttributeDefinition): unknown {
  if (typeof value !== 'string') return value;
  return type === 'Boolean' || !caseExact ? value.toLowerCase() : value;
}
