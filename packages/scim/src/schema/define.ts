import type { Attribute, AttributeType, ScimSchema } from './attribute.ts';

/** What `defineAttribute` takes: a characteristic that is left out has the standard's default. */
export interface AttributeDefinition extends Partial<Omit<Attribute, 'name' | 'description' | 'caseExact'>> {
  readonly caseExact?: boolean;
}

/** Types whose values are compared with regard to case. @see RFC 7643 2.3.6 (binary), 2.3.7 (reference) */
const CASE_EXACT_TYPES: ReadonlySet<AttributeType> = new Set(['binary', 'reference']);

/**
 * Makes an attribute, with the standard's defaults for what the definition leaves out: a single string,
 * optional, compared without regard to case, `readWrite`, returned by default, not unique.
 *
 * References and binaries are compared with regard to case, as RFC 7643 2.3.6 and 2.3.7 say; the example
 * schemas in section 8.7, which contradict those sections, are called examples there.
 *
 * @see RFC 7643 2.2
 */
export function defineAttribute(name: string, description: string, definition: AttributeDefinition = {}): Attribute {
  const type = definition.type ?? (definition.subAttributes ? 'complex' : 'string');
  return Object.freeze({
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: CASE_EXACT_TYPES.has(type),
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...definition,
  });
}

/** What the sub-attributes of a usual multi-valued attribute are called and hold. */
export interface PluralDefinition {
  readonly value: Attribute;
  /** Suggested values of `type`. */
  readonly types?: readonly string[];
}

/**
 * Makes a multi-valued attribute with the usual sub-attributes `value`, `display`, `type` and `primary`.
 *
 * @see RFC 7643 2.4
 */
export function definePlural(name: string, description: string, { value, types }: PluralDefinition): Attribute {
  return defineAttribute(name, description, {
    multiValued: true,
    subAttributes: [value, display(name), type(name, types), primary(name)],
  });
}

/** Makes the sub-attribute `primary`. @see RFC 7643 2.4 */
export function primary(of: string): Attribute {
  return defineAttribute('primary', `Marks the preferred one of the ${of}; at most one value is true.`, {
    type: 'boolean',
  });
}

/** Makes the sub-attribute `type`. @see RFC 7643 2.4 */
export function type(of: string, canonicalValues?: readonly string[]): Attribute {
  const description = `What this one of the ${of} is used for.`;
  return defineAttribute('type', description, canonicalValues ? { canonicalValues } : {});
}

function display(of: string): Attribute {
  return defineAttribute('display', `A name for this one of the ${of}, for people to read.`);
}

/** The same attribute, and all below it, as what only the service provider writes. */
export function readOnly(attribute: Attribute): Attribute {
  const subAttributes = attribute.subAttributes?.map(readOnly);
  return Object.freeze({ ...attribute, mutability: 'readOnly', ...(subAttributes && { subAttributes }) });
}

/** Makes a schema that cannot be changed afterwards. */
export function defineSchema(schema: ScimSchema): ScimSchema {
  return Object.freeze({ ...schema, attributes: Object.freeze([...schema.attributes]) });
}
