import type { ScimSchema } from './attribute.ts';

/** A type of resource: its endpoint, its core schema and its extensions. @see RFC 7643 6 */
export interface ResourceType {
  readonly id: string;
  readonly name: string;
  /** Path below the base URL, with its leading slash: `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: ScimSchema;
  readonly schemaExtensions: readonly SchemaExtension[];
}

export interface SchemaExtension {
  readonly schema: ScimSchema;
  readonly required: boolean;
}
