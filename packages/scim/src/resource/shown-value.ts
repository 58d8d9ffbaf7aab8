import type { Attribute } from '../schema/attribute.ts';
import type { Json } from './resource.ts';

const SHOWN_LENGTH_MAX = 60;

/**
 * A value as error messages show it: JSON, at most 60 characters of it; a list or an object by its kind
 * only. The value of an attribute that is never returned is not shown at all.
 */
export function showValue(value: Json, attribute?: Attribute): string {
  if (attribute?.returned === 'never') return 'a value that is not shown';
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1 value' : `a list of ${value.length} values`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(typeof value === 'string' ? shorten(value) : value);
}

/** The text, or its first 60 characters and an ellipsis. */
export function shorten(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX).toWellFormed()}…`;
}
