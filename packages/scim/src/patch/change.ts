import type { Json, JsonObject } from '../resource/resource.ts';
import type { ValueOptions } from '../resource/value.ts';
import type { PatchOperationName } from './patch-operation.ts';
import type { WorkBudget } from './work-budget.ts';

/** What one operation does to one attribute. */
export interface Change {
  readonly op: PatchOperationName;
  /** As sent. Absent with a `remove` that names no values. */
  readonly value: Json | undefined;
  /** How messages name the attribute: its canonical path. */
  readonly path: string;
  readonly options: ValueOptions;
  readonly budget: WorkBudget;
}

/** The object with one name set, or without it where the value is undefined; undefined when nothing is left. */
export function withName(
  object: JsonObject | undefined,
  name: string,
  value: Json | undefined,
): JsonObject | undefined {
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _, ...rest } = object ?? {};
  return Object.keys(rest).length === 0 ? undefined : rest;
}
