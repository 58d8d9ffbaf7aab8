import { InvalidSyntaxError } from '../error.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { type JsonLimits, JsonScanner } from './scan.ts';

/** Limits for what clients send: enough for every resource and message of the standard. */
export const DEFAULT_JSON_LIMITS: JsonLimits = Object.freeze({ depthMax: 32 });

/**
 * Parses JSON that a client sent. Refused, beside what is no JSON: nesting deeper than the limit, two
 * names in one object that are equal but for case, names that reach into JavaScript's own objects, NUL,
 * halves of surrogate pairs, and numbers that would change when they are read.
 *
 * @throws {InvalidSyntaxError} the text is no JSON, nested too deep, or has such names
 * @throws {InvalidValueError} a text or number cannot be kept as it was sent
 * @see RFC 8259 4 (names), 6 (numbers), 8.2 (surrogates)
 */
export function parseJson(text: string, limits: JsonLimits = DEFAULT_JSON_LIMITS): Json {
  new JsonScanner(text, limits).scanDocument();
  return JSON.parse(text) as Json;
}

/**
 * Parses JSON as `parseJson` does, and refuses what is no object: all messages of SCIM are objects.
 *
 * @throws as `parseJson` does
 */
export function parseJsonObject(text: string, limits: JsonLimits = DEFAULT_JSON_LIMITS): JsonObject {
  const value = parseJson(text, limits);
  if (isObject(value)) return value;
  throw new InvalidSyntaxError('The body must be a JSON object: put it in { }');
}
