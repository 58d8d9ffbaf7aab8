import { InvalidPathError, InvalidValueError } from '../error.ts';
import { parsePath } from '../path/parse.ts';
import { type PatchTarget, resolvePath } from '../path/resolve.ts';
import type { Quirk } from '../quirk.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { shorten, showValue } from '../resource/shown-value.ts';
import { tolerates } from '../resource/tolerate.ts';
import { checkUnknown, type ValueOptions } from '../resource/value.ts';
import type { ScimSchema } from '../schema/attribute.ts';
import { findAttribute, findExtension, findExtensionAttribute, foldName } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';

/** What no name of an attribute holds, and a path of more than a name does. */
const PATH = /[.:[]/;

/**
 * The attributes that an object holds as the value of an operation without a path.
 *
 * @throws {InvalidValueError} the value is no object
 * @see RFC 7644 3.5.2.1, 3.5.2.3
 */
export function readAttributes(value: Json | undefined, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new InvalidValueError(`${what} must have an object as its value, not ${showValue(value ?? null)}`);
}

/**
 * Finds what a name in the value of an operation without a path means: an attribute, an extension, and with
 * the quirks `dotted-key` and `urn-key` what a path of that text would mean. Undefined where the name is
 * unknown and such names are dropped.
 *
 * @throws {InvalidSyntaxError} the name is unknown and refused
 * @throws {InvalidPathError} the name is a path in form and means nothing, or is one of JavaScript's own
 */
export function resolveKey(key: string, type: ResourceType, options: ValueOptions): PatchTarget | undefined {
  const extension = findExtension(type, key);
  if (extension !== undefined) return { kind: 'extension', schema: extension.schema };
  if (PATH.test(key)) return resolveAsPath(key, key.includes(':') ? 'urn-key' : 'dotted-key', type, options);
  const attribute = findAttribute(type, { attribute: key });
  if (attribute !== undefined) return { kind: 'attribute', attribute };
  const inExtension = findExtensionAttribute(type, { attribute: key });
  if (inExtension !== undefined && tolerates(options.quirks, 'extension-attribute-without-urn')) {
    return { kind: 'attribute', attribute: inExtension };
  }
  checkUnknown(key, key, options);
  return undefined;
}

/**
 * The same inside an extension's object, where names stand without the URN. Clients that model an extension as
 * a resource repeat `schemas` in it: that names nothing.
 */
export function resolveExtensionKey(
  key: string,
  schema: ScimSchema,
  type: ResourceType,
  options: ValueOptions,
): PatchTarget | undefined {
  if (foldName(key) === 'schemas') return undefined;
  const path = `${schema.id}:${key}`;
  if (PATH.test(key)) return resolveAsPath(path, 'dotted-key', type, options);
  const attribute = findAttribute(type, { urn: schema.id, attribute: key });
  if (attribute !== undefined) return { kind: 'attribute', attribute };
  checkUnknown(key, path, options);
  return undefined;
}

function resolveAsPath(text: string, quirk: Quirk, type: ResourceType, options: ValueOptions): PatchTarget | undefined {
  const target = resolveOrDrop(text, type, options);
  if (target === undefined || tolerates(options.quirks, quirk)) return target;
  throw new InvalidPathError(`${shorten(text)} is a path and no attribute: write it as the path of an operation`);
}

/** Unknown names are dropped here as anywhere in a value, where that is the policy. */
function resolveOrDrop(text: string, type: ResourceType, options: ValueOptions): PatchTarget | undefined {
  try {
    return resolvePath(parsePath(text), type, options.quirks);
  } catch (error) {
    const drops = options.unknownAttributes === 'ignore' || options.quirks.allowed.has('unknown-attribute-ignored');
    if (!(error instanceof InvalidPathError) || !drops) throw error;
    options.quirks.report('unknown-attribute-ignored');
    return undefined;
  }
}
