import { InvalidValueError } from '../error.ts';
import { checkPrimary } from '../resource/check.ts';
import { foldValue } from '../resource/fold.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';
import { tolerates } from '../resource/tolerate.ts';
import { normaliseValue } from '../resource/value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findSubAttribute } from '../schema/lookup.ts';
import type { Change } from './change.ts';
import { checkRemovable } from './mutability.ts';
import { onePrimary } from './one-primary.ts';
import { addsNothing } from './single-value.ts';

type List = readonly Json[];

/**
 * What a multi-valued attribute as a whole becomes. Undefined is unassigned.
 *
 * `add` appends what is not there: a value with the `value` and `type` of one that is there is that one,
 * and only brings it what it says otherwise. `replace` puts the given list in place of the old one. `remove`
 * with values removes those alone (quirk `remove-with-value`), without values all.
 *
 * @see RFC 7644 3.5.2.1, 3.5.2.2, 3.5.2.3, RFC 7643 2.4
 */
export function nextList(before: List | undefined, attribute: Attribute, change: Change): List | undefined {
  if (change.op === 'remove') return removeValues(before, attribute, change);
  if (addsNothing(change)) return before;
  const { op, value = null, path, options, budget } = change;
  const given = normaliseValue(value, attribute, path, options) as List | undefined;
  if (given !== undefined) checkPrimary(given, path);
  if (op === 'replace') return given;
  budget.spend((before ?? []).length + (given ?? []).length, path);
  return addValues(before ?? [], given ?? [], attribute);
}

function addValues(before: List, given: List, attribute: Attribute): List | undefined {
  const after = [...before];
  const places = new Map(before.map((value, index) => [identityOf(value, attribute), index]));
  const touched = new Set<number>();
  for (const value of given) {
    const identity = identityOf(value, attribute);
    const place = places.get(identity) ?? after.length;
    const present = after[place];
    places.set(identity, place);
    touched.add(place);
    after[place] = isObject(present) && isObject(value) ? { ...present, ...value } : value;
  }
  return after.length === 0 ? undefined : onePrimary(after, touched, attribute.name);
}

/**
 * What makes an element the one that it is: its `value` and `type`, of which RFC 7643 2.4 wants no pair
 * twice; else all that it holds. Text counts as it is compared.
 */
function identityOf(value: Json, attribute: Attribute): string {
  const names = isObject(value) && value.value === undefined ? Object.keys(value).sort() : ['value', 'type'];
  return partsOf(value, attribute, names);
}

function foldedPart(value: JsonObject, attribute: Attribute, name: string): Json {
  const part = value[name] ?? null;
  const subAttribute = findSubAttribute(attribute, name);
  return subAttribute === undefined ? part : folded(part, subAttribute);
}

function folded(value: Json, attribute: Attribute): Json {
  return value === null || typeof value === 'object' ? value : foldValue(value, attribute);
}

function removeValues(before: List | undefined, attribute: Attribute, change: Change): List | undefined {
  const { value, path } = change;
  const after = value === undefined || value === null ? undefined : withoutValues(before, value, attribute, change);
  if (after === undefined && before !== undefined) checkRemovable(attribute, path);
  return after;
}

function withoutValues(
  before: List | undefined,
  value: Json,
  attribute: Attribute,
  { path, options, budget }: Change,
): List | undefined {
  if (!tolerates(options.quirks, 'remove-with-value')) {
    throw new InvalidValueError(
      `remove of ${path} has ${showValue(value, attribute)} as its value: select what to remove by a filter in the path`,
    );
  }
  const patterns = patternsOf((normaliseValue(value, attribute, path, options) ?? []) as List, attribute);
  budget.spend((before ?? []).length * patterns.size, path);
  const rest = before?.filter((present) => !fitsAny(present, patterns, attribute));
  return rest?.length === 0 ? undefined : rest;
}

/** What to remove, by the names that it speaks of: one look-up for each such set of names and each element. */
type Patterns = ReadonlyMap<string, { readonly names: readonly string[]; readonly wanted: Set<string> }>;

function patternsOf(unwanted: List, attribute: Attribute): Patterns {
  const patterns = new Map<string, { readonly names: readonly string[]; readonly wanted: Set<string> }>();
  for (const value of unwanted) {
    const names = isObject(value) ? Object.keys(value).sort() : [];
    const key = names.join(' ');
    const pattern = patterns.get(key) ?? { names, wanted: new Set<string>() };
    patterns.set(key, pattern);
    pattern.wanted.add(partsOf(value, attribute, names));
  }
  return patterns;
}

/** Whether a value has all that one of the patterns says. */
function fitsAny(present: Json, patterns: Patterns, attribute: Attribute): boolean {
  return patterns.values().some(({ names, wanted }) => wanted.has(partsOf(present, attribute, names)));
}

function partsOf(value: Json, attribute: Attribute, names: readonly string[]): string {
  if (!isObject(value)) return JSON.stringify(folded(value, attribute));
  return JSON.stringify(names.map((name) => [name, foldedPart(value, attribute, name)]));
}
