import type { TargetResourceType } from '../target.ts';
import type { TargetAttribute } from './target-attribute.ts';

/** One operation of a PATCH, spelled as a dialect spells it. */
export interface DialectOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

/** A change of one attribute, with its value typed by the schema. */
export interface TargetChange {
  readonly target: TargetAttribute;
  /** `simple`: an attribute or sub-attribute; `reference`: a manager; `element`: behind a value filter. */
  readonly kind: 'simple' | 'reference' | 'element';
  /** `undefined` clears. */
  readonly value: unknown;
  /** Whether the target is believed to have a value now. */
  readonly assigned: boolean;
  /** For `element`: whether the target is believed to have such an element now. */
  readonly elementExists: boolean;
  /** For `element`: whether anything is left in the element after all changes, or may be. */
  readonly elementRemains: boolean;
}

export interface UpdateContext {
  readonly type: TargetResourceType;
  readonly id: string;
  /** The address of a user, where the tenant URL is known. */
  readonly userUrl?: (id: string) => string;
}

/** How one dialect spells what it sends. All rules are pure. */
export interface DialectRules {
  /** URNs besides those of the schemas in use. */
  extraSchemas(type: TargetResourceType): readonly string[];
  /** Entra sends `meta.resourceType` in creates, and leaves URNs of custom extensions out of `schemas`. */
  readonly entraCreate: boolean;
  operations(changes: readonly TargetChange[], context: UpdateContext): readonly DialectOperation[];
  /** Operations for at most one request's members. */
  memberOperations(members: MemberIds): readonly DialectOperation[];
}

export interface MemberIds {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The removal of one member by the standard. @see RFC 7644 3.5.2.2 */
export function memberPath(id: string): string {
  return `members[value eq ${JSON.stringify(id)}]`;
}
