import type { SourceObjectType } from '@rollcall/sources';

/**
 * The schema of a job: what both sides have, and how one becomes the other.
 *
 * It is one document, stored and replaced as a whole. Names of attributes are compared without regard to
 * case on both sides: administrators write `externalID` where the standard writes `externalId`.
 *
 * @see Entra: How-to "Customize user provisioning attribute-mappings"; Graph: synchronizationSchema
 */
export interface JobSchema {
  readonly sourceAttributes: AttributeLists;
  readonly targetAttributes: AttributeLists;
  /** At most one for each type of source object. */
  readonly objectMappings: readonly ObjectMapping[];
}

export type AttributeLists = Readonly<Record<SourceObjectType, readonly AttributeDefinition[]>>;

export const ATTRIBUTE_TYPES = ['String', 'Integer', 'Boolean', 'DateTime', 'Binary', 'Reference'] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** One row of an attribute list. What is absent is false or empty. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  /** The target's own id: exactly one in a list, never a mapping's target. Graph: `anchor`. */
  readonly primary?: boolean;
  /** An object without a value for it is not created. */
  readonly required?: boolean;
  readonly multiValued?: boolean;
  /** False: a value that differs in case alone is no change. Default true, so that what the source says arrives. */
  readonly caseExact?: boolean;
  /** Schema URNs of what a Reference may point to. */
  readonly referencedObjects?: readonly string[];
}

/** "Target object actions" of the portal. */
export const FLOW_TYPES = ['Add', 'Update', 'Delete'] as const;
export type FlowType = (typeof FLOW_TYPES)[number];

export interface ObjectMapping {
  readonly sourceObject: SourceObjectType;
  /** Schema URN of the target's object. */
  readonly targetObject: string;
  readonly enabled: boolean;
  readonly flowTypes: readonly FlowType[];
  readonly attributeMappings: readonly AttributeMapping[];
}

export interface AttributeMapping {
  /** Target attribute as its list names it: `userName`, `name.givenName`, `emails[type eq "work"].value`. */
  readonly target: string;
  readonly source: MappingSource;
  /** Flows on creation when the source gives no value. */
  readonly defaultValue?: string;
  /** `Always`, or `ObjectAddOnly`: only when the object is created. Default `Always`. */
  readonly flowType?: 'Always' | 'ObjectAddOnly';
  /** Greater than 0: objects are matched by this attribute, the lowest number first. */
  readonly matchingPriority?: number;
  /**
   * True: a value that the source clears is cleared at the target. False: the target keeps the old value, as
   * Entra does. Default true. A source that does not tell a value clears nothing either way.
   */
  readonly flowNull?: boolean;
}

/** Where a mapping's value comes from. `none` touches the target with its default value only. */
export type MappingSource =
  | { readonly type: 'direct'; readonly attribute: string }
  | { readonly type: 'constant'; readonly value: string }
  | { readonly type: 'expression'; readonly expression: string }
  | { readonly type: 'none' };
