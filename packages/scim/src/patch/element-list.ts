import { NoTargetError } from '../error.ts';
import { evaluateElementFilter } from '../filter/evaluate.ts';
import type { Filter } from '../filter/filter.ts';
import type { FilterSyntax } from '../filter/syntax.ts';
import { isList } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { tolerates } from '../resource/tolerate.ts';
import { normaliseElement } from '../resource/value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { assertedElement } from './asserted-element.ts';
import { type Change, withName } from './change.ts';
import { checkImmutable } from './mutability.ts';
import { onePrimary } from './one-primary.ts';
import { addsNothing, nextSingle } from './single-value.ts';
import { countTerms } from './work-budget.ts';

type Elements = readonly JsonObject[];

/** Which elements an operation is about. */
export interface Selection {
  readonly attribute: Attribute;
  /** Only this part of each; absent: whole elements. */
  readonly subAttribute?: Attribute;
  /** Absent: all elements, for `emails.value` without a filter. */
  readonly where?: { readonly filter: Filter; readonly syntax: FilterSyntax };
}

/**
 * What a multi-valued attribute becomes when an operation is about some of its elements, or about one
 * sub-attribute of them. Every selected element changes, and no other one except for `primary`.
 *
 * `replace` of whole elements keeps what the filter says of them where the value is silent, so that the
 * path goes on selecting them. Where nothing is selected, `add` and `replace` make the element that the
 * filter describes (quirk `value-path-creates`).
 *
 * @throws {NoTargetError} a filter selects nothing, and no element may or can be made from it
 * @see RFC 7644 3.5.2.1, 3.5.2.2, 3.5.2.3, 3.12 table 9 (noTarget)
 */
export function nextElements(before: Elements | undefined, selection: Selection, change: Change): Elements | undefined {
  const elements = before ?? [];
  const { where } = selection;
  change.budget.spend(elements.length * (where ? countTerms(where.syntax) : 1), change.path);
  const touched = new Set(
    elements.flatMap((element, index) => (!where || evaluateElementFilter(where.filter, element) ? [index] : [])),
  );
  if (touched.size === 0) return withCreated(before, selection, change);
  const changed = elements.map((element, index) =>
    touched.has(index) ? nextElement(element, selection, change) : element,
  );
  const primaries = onePrimary(
    changed.map((element) => element ?? null),
    touched,
    selection.attribute.name,
  );
  const after = primaries.filter((element) => element !== null) as readonly Json[] as Elements;
  return after.length === 0 ? undefined : after;
}

function nextElement(before: JsonObject, selection: Selection, change: Change): JsonObject | undefined {
  const { attribute, subAttribute } = selection;
  const after =
    subAttribute === undefined
      ? nextWhole(before, selection, change)
      : withName(before, subAttribute.name, nextSingle(before[subAttribute.name], subAttribute, change));
  if (after !== undefined)
    checkImmutable({ ...attribute, mutability: 'readWrite' }, { before, after, path: attribute.name });
  return after;
}

function nextWhole(before: JsonObject, selection: Selection, change: Change): JsonObject | undefined {
  if (change.op === 'remove') return undefined;
  if (addsNothing(change)) return before;
  const given = readElement(selection, change);
  if (given === undefined) return change.op === 'add' ? before : undefined;
  return change.op === 'add' ? { ...before, ...given } : { ...kept(before, selection), ...given };
}

/** What the filter says of a selected element, in the element's own spelling. */
function kept(before: JsonObject, { attribute, where }: Selection): JsonObject {
  const asserted = (where && assertedElement(where.syntax, attribute)) ?? {};
  return Object.fromEntries(Object.entries(before).filter(([name]) => Object.hasOwn(asserted, name)));
}

function readElement({ attribute }: Selection, { value = null, path, options }: Change): JsonObject | undefined {
  const sole =
    isList(value) && value.length === 1 && tolerates(options.quirks, 'list-as-single-value') ? value[0] : value;
  if (sole === null || sole === undefined) return undefined;
  return normaliseElement(sole, attribute, path, options) as JsonObject | undefined;
}

function withCreated(before: Elements | undefined, selection: Selection, change: Change): Elements | undefined {
  const { attribute, where } = selection;
  if (change.op === 'remove' && where === undefined) return before;
  if (change.op === 'remove') throw noTarget(change, 'and so nothing was removed');
  if (addsNothing(change) || change.value === null) return before;
  const created = createElement(selection, change);
  if (created === undefined) return before;
  if (where && !evaluateElementFilter(where.filter, created)) {
    throw noTarget(change, 'and the value contradicts the filter, so that none was made');
  }
  const after = [...(before ?? []), created];
  return onePrimary(after, new Set([after.length - 1]), attribute.name) as Elements;
}

function createElement(selection: Selection, change: Change): JsonObject | undefined {
  const { attribute, subAttribute, where } = selection;
  const asserted = where ? assertedBy(where.syntax, attribute, change) : {};
  const given =
    subAttribute === undefined
      ? readElement(selection, change)
      : withName(undefined, subAttribute.name, nextSingle(undefined, subAttribute, change));
  return given && { ...asserted, ...given };
}

function assertedBy(syntax: FilterSyntax, attribute: Attribute, change: Change): JsonObject {
  const { path, options } = change;
  const asserted = assertedElement(syntax, attribute);
  if (asserted === undefined)
    throw noTarget(change, 'and it is no list of equalities that an element could be made from');
  if (!tolerates(options.quirks, 'value-path-creates'))
    throw noTarget(change, 'and none is made: add the whole element');
  return (normaliseElement(asserted, attribute, path, options) ?? {}) as JsonObject;
}

function noTarget({ path }: Change, why: string): NoTargetError {
  return new NoTargetError(`The filter on ${path} selects no value, ${why}`);
}
