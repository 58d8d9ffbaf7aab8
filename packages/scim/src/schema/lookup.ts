import type { Attribute, ScimSchema } from './attribute.ts';
import { COMMON_ATTRIBUTES } from './common-attributes.ts';
import type { ResourceType, SchemaExtension } from './resource-type.ts';

/** The name of an attribute as a client writes it, in any case. @see RFC 7644 3.10 */
export interface AttributeName {
  /** The schema's URN, where the name is qualified by one. */
  readonly urn?: string;
  readonly attribute: string;
  readonly subAttribute?: string;
}

/** An attribute of a resource type that a name was found to mean. */
export interface ResolvedAttribute {
  /** The schema that defines it; for a common attribute the type's core schema. */
  readonly schema: ScimSchema;
  /** Whether the attribute belongs to an extension, and so lies under `schema.id` in a resource. */
  readonly extension: boolean;
  readonly attribute: Attribute;
  readonly subAttribute?: Attribute;
  /** The sub-attribute where there is one, else the attribute. */
  readonly leaf: Attribute;
  /** The canonical name: `userName`, `name.givenName`, `urn:…:2.0:User:manager.value`. */
  readonly path: string;
}

/** Maps, not objects: a name such as `__proto__` finds nothing in them. */
interface LookupTable {
  /** Names as `tableKey` writes them, both in the schema's spelling and folded. */
  readonly attributes: ReadonlyMap<string, ResolvedAttribute>;
  /** Folded names without URN, of attributes that exactly one extension has. */
  readonly extensionAttributes: ReadonlyMap<string, ResolvedAttribute>;
  readonly extensions: ReadonlyMap<string, SchemaExtension>;
}

const tables = new WeakMap<ResourceType, LookupTable>();
const namedTables = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/**
 * Finds the attribute that a name means in a resource type, common attributes included. Names and URNs
 * are compared without regard to case; the URN of the core schema may be written or left out, that of an
 * extension must be written.
 *
 * @see RFC 7643 2.1 (case), RFC 7644 3.10 (URN prefix)
 */
export function findAttribute(type: ResourceType, name: AttributeName): ResolvedAttribute | undefined {
  const { attributes } = lookupTable(type);
  const key = tableKey(name);
  return attributes.get(key) ?? attributes.get(foldName(key));
}

/**
 * Finds an attribute that is named without its URN and that exactly one extension of the type has. A name
 * that the core schema has means the core's attribute, and finds nothing here.
 */
export function findExtensionAttribute(
  type: ResourceType,
  name: Omit<AttributeName, 'urn'>,
): ResolvedAttribute | undefined {
  const key = foldName(tableKey({ attribute: name.attribute, ...pickSubAttribute(name) }));
  return lookupTable(type).extensionAttributes.get(key);
}

/** Finds the extension of a type by its URN, in any case. */
export function findExtension(type: ResourceType, urn: string): SchemaExtension | undefined {
  return lookupTable(type).extensions.get(foldName(urn));
}

/** Finds a sub-attribute of a complex attribute by its name, in any case. */
export function findSubAttribute(attribute: Attribute, name: string): Attribute | undefined {
  return attribute.subAttributes && findNamed(attribute.subAttributes, name);
}

/** Finds a common attribute, or one of the type's core schema, by its name without URN, in any case. */
export function findCoreAttribute({ schema }: ResourceType, name: string): Attribute | undefined {
  return findNamed(schema.attributes, name) ?? findNamed(COMMON_ATTRIBUTES, name);
}

/** Finds the attribute of that name, in any case, in a list of attributes that never changes. */
export function findNamed(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const table = namedTables.get(attributes) ?? buildNamedTable(attributes);
  return table.get(name) ?? table.get(foldName(name));
}

/**
 * Folds the name of an attribute or a URN for comparison. Both are ASCII, so only those letters are
 * folded: the Kelvin sign is no `k` here.
 *
 * @see RFC 7643 2.1
 */
export function foldName(name: string): string {
  return NOT_ASCII.test(name) ? name : name.toLowerCase();
}

const NOT_ASCII = /[^\p{ASCII}]/u;

function tableKey({ urn, attribute, subAttribute }: AttributeName): string {
  const name = subAttribute === undefined ? attribute : `${attribute}.${subAttribute}`;
  return urn === undefined ? name : `${urn}:${name}`;
}

function pickSubAttribute({ subAttribute }: Omit<AttributeName, 'urn'>): { readonly subAttribute?: string } {
  return subAttribute === undefined ? {} : { subAttribute };
}

function lookupTable(type: ResourceType): LookupTable {
  return tables.get(type) ?? buildTable(type);
}

function buildTable(type: ResourceType): LookupTable {
  const attributes = new Map<string, ResolvedAttribute>();
  for (const resolved of coreAttributes(type)) {
    enter(attributes, resolved.path, resolved);
    enter(attributes, `${type.schema.id}:${resolved.path}`, resolved);
  }
  for (const resolved of extensionAttributes(type)) enter(attributes, resolved.path, resolved);
  const table = {
    attributes,
    extensionAttributes: namedWithoutUrn(type, attributes),
    extensions: new Map(type.schemaExtensions.map((extension) => [foldName(extension.schema.id), extension])),
  };
  tables.set(type, table);
  return table;
}

function enter(table: Map<string, ResolvedAttribute>, name: string, resolved: ResolvedAttribute): void {
  table.set(name, resolved);
  table.set(foldName(name), resolved);
}

function coreAttributes({ schema }: ResourceType): ResolvedAttribute[] {
  return [...COMMON_ATTRIBUTES, ...schema.attributes].flatMap((attribute) =>
    withSubAttributes({ schema, extension: false, attribute, leaf: attribute, path: attribute.name }),
  );
}

function extensionAttributes({ schemaExtensions }: ResourceType): ResolvedAttribute[] {
  return schemaExtensions.flatMap(({ schema }) =>
    schema.attributes.flatMap((attribute) =>
      withSubAttributes({
        schema,
        extension: true,
        attribute,
        leaf: attribute,
        path: `${schema.id}:${attribute.name}`,
      }),
    ),
  );
}

function withSubAttributes(parent: ResolvedAttribute): ResolvedAttribute[] {
  const children = (parent.attribute.subAttributes ?? []).map((subAttribute) =>
    Object.freeze({ ...parent, subAttribute, leaf: subAttribute, path: `${parent.path}.${subAttribute.name}` }),
  );
  return [Object.freeze(parent), ...children];
}

function namedWithoutUrn(
  type: ResourceType,
  attributes: ReadonlyMap<string, ResolvedAttribute>,
): ReadonlyMap<string, ResolvedAttribute> {
  const found = Map.groupBy(extensionAttributes(type), ({ schema, path }) =>
    foldName(path.slice(schema.id.length + 1)),
  );
  const single = new Map<string, ResolvedAttribute>();
  for (const [name, [resolved, ...others]] of found) {
    if (resolved && others.length === 0 && !attributes.has(name)) single.set(name, resolved);
  }
  return single;
}

function buildNamedTable(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  const table = new Map<string, Attribute>();
  for (const attribute of attributes) {
    table.set(attribute.name, attribute);
    table.set(foldName(attribute.name), attribute);
  }
  namedTables.set(attributes, table);
  return table;
}
