import type { Attribute, ScimSchema } from './attribute.ts';
import { defineAttribute } from './define.ts';

const attributes = new WeakMap<ScimSchema, Attribute>();

/**
 * An extension as a resource holds it: a complex attribute, named by the schema's URN, whose
 * sub-attributes are the attributes of the schema.
 *
 * @see RFC 7643 3.3
 */
export function extensionAttribute(schema: ScimSchema): Attribute {
  const known = attributes.get(schema);
  if (known) return known;
  const attribute = defineAttribute(schema.id, schema.description, { subAttributes: schema.attributes });
  attributes.set(schema, attribute);
  return attribute;
}

/**
 * The canonical name of what lies below an attribute: after a full stop, and below an extension after a
 * colon.
 *
 * @see RFC 7644 3.10
 */
export function subAttributePath(attribute: Attribute, path: string, name: string): string {
  return attribute.name.includes(':') ? `${path}:${name}` : `${path}.${name}`;
}
