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
  const { op, value = null, path, options } = change;
  const given = normaliseValue(value, attribute, path, options) as List | undefined;
  if (given !== undefined) checkPrimary(given, path);
  return op === 'replace' ? given : addValues(before ?? [], given ?? [], attribute);
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
  if (!isObject(value)) return JSON.stringify(folded(value, attribute));
  const names = value.value === undefined ? Object.keys(value).sort() : ['value', 'type'];
  return JSON.stringify(names.map((name) => [name, foldedPart(value, attribute, name)]));
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
  { path, options }: Change,
): List | undefined {
  if (!tolerates(options.quirks, 'remove-with-value')) {
    throw new InvalidValueError(
      `remove of ${path} has ${showValue(value, attribute)} as its value: select what to remove by a filter in the path`,
    );
  }
  const unwanted = (normaliseValue(value, attribute, path, options) ?? []) as List;
  const rest = before?.filter((present) => !unwanted.some((pattern) => fits(present, pattern, attribute)));
  return rest?.length === 0 ? undefined : rest;
}

/** Whether a value has all that a pattern says. An element that says nothing never gets here. */
function fits(present: Json, pattern: Json, attribute: Attribute): boolean {
  if (!isObject(pattern) || !isObject(present)) {
    return !isObject(pattern) && !isObject(present) && folded(present, attribute) === folded(pattern, attribute);
  }
  return Object.keys(pattern).every(
    (name) =>
      JSON.stringify(foldedPart(present, attribute, name)) === JSON.stringify(foldedPart(pattern, attribute, name)),
  );
}
