import { InvalidSyntaxError, InvalidValueError } from '../error.ts';
import type { Attribute } from '../schema/attribute.ts';
import { extensionAttribute } from '../schema/extension-attribute.ts';
import {
  findCoreAttribute,
  findExtension,
  findExtensionAttribute,
  foldName,
  type ResolvedAttribute,
} from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { checkResource, schemasInUse } from './check.ts';
import { isList, isObject } from './is-object.ts';
import { membersAttribute, readMembers } from './members.ts';
import type { Json, JsonObject, Member, Resource } from './resource.ts';
import { tolerates } from './tolerate.ts';
import { checkUnknown, normaliseValue, type ValueOptions } from './value.ts';

/** What a client gave in a POST or PUT, checked and in stored form. */
export interface ValidatedResource {
  readonly resource: Resource;
  /** Present when the body names `members`, even as null or an empty list; each member once. */
  readonly members?: readonly Member[];
}

/** A resource that is being read. */
interface Draft {
  readonly type: ResourceType;
  readonly options: ValueOptions;
  readonly resource: Record<string, Json>;
  /** Names of the attributes that were given so far, assigned or not. */
  readonly given: Set<string>;
  members?: readonly Member[];
}

/**
 * Reads the body of a POST or PUT by the schemas of its type: names become the schema's, values are
 * checked, what is unassigned, read-only or a password is left out. `schemas` must name the core schema;
 * what it says otherwise does not matter: extensions count as given when their data is.
 *
 * @throws {InvalidValueError} a value is missing, or not of its attribute's type
 * @throws {InvalidSyntaxError} an attribute is unknown, or given twice
 * @see RFC 7644 3.3, 3.5.1, RFC 7643 2, 3
 */
export function validateResource(input: JsonObject, type: ResourceType, options: ValueOptions): ValidatedResource {
  const draft: Draft = { type, options, resource: { schemas: [] }, given: new Set() };
  for (const [name, value] of Object.entries(input)) enter(draft, name, value);
  if (!draft.given.has('schemas')) throw lacksSchema(type);
  checkResource(draft.resource, type);
  draft.resource.schemas = schemasInUse(draft.resource, type);
  const { resource, members } = draft;
  return members ? { resource, members } : { resource };
}

function enter(draft: Draft, name: string, value: Json): void {
  const attribute = findCoreAttribute(draft.type, name);
  const extension = attribute ? undefined : findExtension(draft.type, name);
  if (attribute) enterCore(draft, attribute, value);
  else if (extension) enterExtension(draft, extensionAttribute(extension.schema), value);
  else enterUnqualified(draft, name, value);
}

function enterCore(draft: Draft, attribute: Attribute, value: Json): void {
  markGiven(draft, attribute.name);
  if (attribute.name === 'schemas') checkSchemas(draft, attribute, value);
  else if (attribute === membersAttribute(draft.type)) draft.members = readMembers(value, attribute, draft.options);
  else if (attribute.mutability !== 'readOnly') enterWritable(draft, attribute, value);
}

function enterWritable({ resource, options }: Draft, attribute: Attribute, value: Json): void {
  const { name, mutability } = attribute;
  const normalised = normaliseValue(value, attribute, name, options);
  // A password is checked and forgotten: there is no sign-in by it here.
  if (normalised !== undefined && mutability !== 'writeOnly') resource[name] = normalised;
}

function enterExtension(draft: Draft, attribute: Attribute, value: Json): void {
  const urn = attribute.name;
  const normalised = normaliseValue(withoutSchemas(value), attribute, urn, draft.options) as JsonObject | undefined;
  markGiven(draft, urn);
  for (const [name, element] of Object.entries(normalised ?? {})) assign(draft, { urn, name, value: element });
}

/** Some clients model an extension as a resource and repeat `schemas` in it; the list at the top says it all. */
function withoutSchemas(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => foldName(name) !== 'schemas'));
}

function enterUnqualified(draft: Draft, name: string, value: Json): void {
  const resolved = findExtensionAttribute(draft.type, { attribute: name });
  if (resolved && tolerates(draft.options.quirks, 'extension-attribute-without-urn')) {
    enterWithoutUrn(draft, resolved, value);
  } else checkUnknown(name, name, draft.options);
}

function enterWithoutUrn(draft: Draft, { schema, attribute }: ResolvedAttribute, value: Json): void {
  if (attribute.mutability === 'readOnly') return;
  const normalised = normaliseValue(value, attribute, attribute.name, draft.options);
  if (normalised !== undefined) assign(draft, { urn: schema.id, name: attribute.name, value: normalised });
}

interface ExtensionValue {
  readonly urn: string;
  readonly name: string;
  readonly value: Json;
}

function assign({ resource, given }: Draft, { urn, name, value }: ExtensionValue): void {
  markGiven({ given }, `${urn}:${name}`);
  resource[urn] = { ...(resource[urn] as JsonObject | undefined), [name]: value };
}

function markGiven({ given }: Pick<Draft, 'given'>, path: string): void {
  if (given.has(path)) throw new InvalidSyntaxError(`${path} is given twice: send it once`);
  given.add(path);
}

function checkSchemas({ type, options }: Draft, attribute: Attribute, value: Json): void {
  const urns = normaliseValue(value, attribute, attribute.name, options) ?? [];
  const core = foldName(type.schema.id);
  if (isList(urns) && urns.some((urn) => foldName(String(urn)) === core)) return;
  throw lacksSchema(type);
}

function lacksSchema({ schema }: ResourceType): InvalidValueError {
  return new InvalidValueError(`schemas must list ${schema.id}: add it`);
}
