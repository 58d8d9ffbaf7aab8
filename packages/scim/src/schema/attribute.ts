/**
 * The characteristics of one attribute, spelled as the standard spells them.
 *
 * @see RFC 7643 2.2 (characteristics), 2.3 (types), 7 (schema definition)
 */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  /** Suggested values; a service provider may accept others (RFC 7643 7). */
  readonly canonicalValues?: readonly string[];
  /** Whether values are compared with regard to case. Only strings, references and binaries have one. */
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  /** What a `reference` may point at: resource type names, `external` or `uri`. */
  readonly referenceTypes?: readonly string[];
  /** Present exactly when `type` is `complex`. */
  readonly subAttributes?: readonly Attribute[];
}

export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex';

export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
export type Returned = 'always' | 'never' | 'default' | 'request';
export type Uniqueness = 'none' | 'server' | 'global';

/** A schema document. @see RFC 7643 7 */
export interface ScimSchema {
  /** The schema's URN, compared without regard to case. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}
