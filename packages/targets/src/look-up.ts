import { foldText } from '@rollcall/scim';
import { parseTargetAttribute, type TargetAttribute } from './dialects/target-attribute.ts';
import { isRecord } from './response-body.ts';
import type { TargetObject, TargetRequest, TargetResourceType } from './target.ts';

export interface LookUp {
  readonly type: TargetResourceType;
  readonly attribute: string;
  readonly value: string;
}

/** A page after the first; the first is asked for as Entra asks, without paging. */
export interface LookUpPage {
  readonly startIndex: number;
  readonly count: number;
}

/**
 * Builds the look-up of a resource by one attribute. The value is a JSON string in the filter, and every
 * character that is not a letter, digit or one of `-._~` is percent-encoded.
 *
 * @see RFC 7644 3.4.2.2
 */
export function findRequest({ type, attribute, value }: LookUp, page?: LookUpPage): TargetRequest {
  const filter = `filter=${encode(`${attribute} eq ${JSON.stringify(value)}`)}`;
  const members = type === 'Group' ? 'excludedAttributes=members&' : '';
  const paging = page ? `&startIndex=${page.startIndex}&count=${page.count}` : '';
  return { method: 'GET', path: `/${type}s?${members}${filter}${paging}` };
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Keeps the resources that really have the value: a target's `eq` may mean "contains", or its filter may
 * be ignored. Values are compared by the attribute's `caseExact`; those of attributes that no standard
 * schema has must be the same to the letter.
 *
 * @see RFC 7643 2.2 (caseExact)
 */
export function equalHits(
  { type, attribute, value }: LookUp,
  objects: readonly TargetObject[],
): readonly TargetObject[] {
  if (attribute.toLowerCase() === 'id') return objects.filter((object) => object.id === value);
  const target = parseTargetAttribute(type, attribute);
  const exact = target.resolved?.leaf.caseExact ?? true;
  const comparable = (text: string) => (exact ? text : foldText(text));
  const wanted = comparable(value);
  return objects.filter((object) => valuesAt(object, target).some((found) => comparable(found) === wanted));
}

/** The values that a resource has at a target attribute, as text. */
function valuesAt(object: TargetObject, target: TargetAttribute): readonly string[] {
  const root = target.extension === undefined ? object : member(object, target.extension);
  const value = member(root, target.attribute);
  const elements = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return elements
    .filter((element) => isSelected(element, target))
    .map((element) => (isRecord(element) ? member(element, target.subAttribute ?? 'value') : element))
    .filter((found) => typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean')
    .map(String);
}

function isSelected(element: unknown, { selector }: TargetAttribute): boolean {
  return Object.entries(selector?.element ?? {}).every(
    ([name, wanted]) => foldText(String(member(element, name))) === foldText(String(wanted)),
  );
}

/** Reads a member by its name in any case. @see RFC 7643 2.1 */
function member(value: unknown, name: string): unknown {
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const folded = name.toLowerCase();
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === folded);
  return key === undefined ? undefined : value[key];
}
