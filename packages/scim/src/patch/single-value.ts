import { InvalidValueError } from '../error.ts';
import { isList, isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { tolerates } from '../resource/tolerate.ts';
import { normaliseValue } from '../resource/value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findSubAttribute } from '../schema/lookup.ts';
import { type Change, withName } from './change.ts';
import { checkRemovable } from './mutability.ts';
import { sameJson } from './same-json.ts';

/**
 * What a single-valued attribute, or a sub-attribute anywhere, becomes. Undefined is unassigned.
 *
 * `add` and `replace` are alike here. In a complex value only the sub-attributes that are given change, and
 * null clears one; null for the whole clears it with `replace`, and with `add` adds nothing. The value of a
 * `remove` does not matter: there is only one to remove.
 *
 * @see RFC 7644 3.5.2.1, 3.5.2.2, 3.5.2.3
 */
export function nextSingle(before: Json | undefined, attribute: Attribute, change: Change): Json | undefined {
  const { op, value = null, path, options } = change;
  if (op === 'remove') {
    if (before !== undefined) checkRemovable(attribute, path);
    return undefined;
  }
  if (addsNothing(change)) return before;
  const after = normaliseValue(value, attribute, path, options);
  if (attribute.type !== 'complex' || attribute.multiValued) return after;
  return mergeComplex(before as JsonObject | undefined, after as JsonObject | undefined, { attribute, given: value });
}

/** What a single complex value becomes when one of its sub-attributes changes. */
export function nextParent(
  before: JsonObject | undefined,
  attribute: Attribute,
  subAttribute: Attribute,
  change: Change,
): JsonObject | undefined {
  const { name } = subAttribute;
  const value = nextSingle(before?.[name], subAttribute, change);
  const after = withName(before, name, value);
  return name === 'value' ? withoutStale(before, after, { attribute, given: {} }) : after;
}

/**
 * Whether an `add` brings null, which is no value that could be added.
 *
 * @throws {InvalidValueError} the quirk `null-as-absent` is off
 */
export function addsNothing({ op, value, path, options }: Change): boolean {
  if (op !== 'add' || value !== null) return false;
  if (tolerates(options.quirks, 'null-as-absent')) return true;
  throw new InvalidValueError(`${path} is null, which cannot be added: leave it out, or use remove`);
}

interface Given {
  readonly attribute: Attribute;
  /** The value as sent. */
  readonly given: Json;
}

function mergeComplex(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  { attribute, given }: Given,
): JsonObject | undefined {
  const [sole = null] = isList(given) ? given : [given];
  const cleared = isObject(sole) ? clearedNames(sole, attribute) : [];
  if (after === undefined && (sole === null || !isObject(sole) || cleared.includes('value'))) return undefined;
  if (before === undefined) return after;
  let merged: JsonObject | undefined = before;
  for (const name of cleared) merged = withName(merged, name, undefined);
  return withoutStale(before, after === undefined ? merged : { ...merged, ...after }, { attribute, given: sole });
}

/** The sub-attributes that are given as unassigned; an empty `value` says so too. @see RFC 7643 2.5 */
function clearedNames(given: JsonObject, attribute: Attribute): string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const name = findSubAttribute(attribute, key)?.name;
    const clears = value === null || (isList(value) && value.length === 0) || (name === 'value' && value === '');
    return name !== undefined && clears ? [name] : [];
  });
}

/**
 * A reference whose `value` changes loses what described the old one, `$ref` and what the service provider
 * fills in, unless the same operation brings it: a new manager must not keep the old one's address.
 */
function withoutStale(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  { attribute, given }: Given,
): JsonObject | undefined {
  if (before === undefined || after === undefined || sameJson(before.value, after.value)) return after;
  if (!findSubAttribute(attribute, '$ref')) return after;
  const brought = new Set(
    isObject(given) ? Object.keys(given).map((key) => findSubAttribute(attribute, key)?.name) : [],
  );
  const stale = (attribute.subAttributes ?? []).filter(
    ({ name, mutability }) => (name === '$ref' || mutability === 'readOnly') && !brought.has(name),
  );
  return stale.reduce<JsonObject | undefined>((rest, { name }) => withName(rest, name, undefined), after);
}
