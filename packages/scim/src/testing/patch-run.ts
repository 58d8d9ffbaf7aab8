import { PATCH_OP_SCHEMA } from '../message/urns.ts';
import { applyPatch } from '../patch/apply.ts';
import type { PatchResult } from '../patch/draft.ts';
import { parsePatch } from '../patch/parse.ts';
import { ALL_QUIRKS, type Quirk } from '../quirk.ts';
import { schemasInUse } from '../resource/check.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { USER_TYPE } from '../schema/core-types.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { recordedQuirks } from './recorded-quirks.ts';

/** One PATCH of a test. */
export interface PatchRun {
  readonly before: JsonObject;
  readonly operations: Json;
  readonly type?: ResourceType;
  readonly quirks?: Iterable<Quirk>;
  readonly unknownAttributes?: 'ignore' | 'refuse';
}

/** A resource as the store has it, with the schemas that it uses. */
export function stored(resource: JsonObject, type: ResourceType): JsonObject {
  return { ...resource, schemas: schemasInUse(resource, type) };
}

/** What a PATCH of a test comes to. */
export interface PatchOutcome {
  /** The resource before it, frozen all through. */
  readonly resource: JsonObject;
  readonly result: PatchResult;
  /** The tolerances that were used, sorted. */
  readonly used: readonly Quirk[];
}

/** Parses and applies a PATCH: by default to a user, with every tolerance, refusing unknown names. */
export function runPatch({
  before,
  operations,
  type = USER_TYPE,
  quirks = ALL_QUIRKS,
  unknownAttributes = 'refuse',
}: PatchRun): PatchOutcome {
  const recorded = recordedQuirks(quirks);
  const body = { schemas: [PATCH_OP_SCHEMA], Operations: operations };
  const request = parsePatch(body, { quirks: recorded.quirks });
  const resource = deepFreeze(stored(before, type));
  const result = applyPatch({ resource, type, ...request, quirks: recorded.quirks, unknownAttributes });
  return { resource, result, used: [...recorded.used].sort() };
}

/** Nothing that a PATCH is given may be written into. */
function deepFreeze<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
