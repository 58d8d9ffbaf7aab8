import {
  InvalidPathError,
  InvalidSyntaxError,
  InvalidValueError,
  NoTargetError,
  PayloadTooLargeError,
} from '../error.ts';
import { PATCH_OP_SCHEMA } from '../message/urns.ts';
import { parsePath } from '../path/parse.ts';
import type { QuirkUse } from '../quirk.ts';
import { isList, isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';
import { tolerates } from '../resource/tolerate.ts';
import { foldName } from '../schema/lookup.ts';
import { inOperation } from './operation-error.ts';
import type { PatchOperation, PatchOperationName, PatchRequest } from './patch-operation.ts';

export interface ParsePatchOptions {
  readonly quirks: QuirkUse;
  /** Default 1,000. The members inside one operation are not counted. */
  readonly operationsMax?: number;
}

const OPERATIONS_MAX = 1000;
const NAMES: readonly string[] = ['add', 'remove', 'replace'] satisfies PatchOperationName[];

/**
 * Reads the body of a PATCH. Names in it are compared without regard to case; names that the standard does
 * not know are ignored, as Entra's older `name` beside `op` is.
 *
 * @throws {InvalidSyntaxError} `schemas` lacks the PatchOp URN, or an operation is not of the standard's form
 * @throws {PayloadTooLargeError} more operations than one request may hold
 * @see RFC 7644 3.5.2
 */
export function parsePatch(body: JsonObject, options: ParsePatchOptions): PatchRequest {
  checkSchemas(readName(body, 'schemas'));
  const operations = readName(body, 'operations');
  if (!isList(operations)) {
    throw new InvalidSyntaxError(`Operations must be a list, not ${showValue(operations ?? null)}: put them in [ ]`);
  }
  checkCount(operations.length, options);
  return {
    operations: operations.map((operation, index) => inOperation(index, () => read(operation, options.quirks))),
  };
}

function checkSchemas(schemas: Json | undefined): void {
  const wanted = foldName(PATCH_OP_SCHEMA);
  if (isList(schemas) && schemas.some((urn) => typeof urn === 'string' && foldName(urn) === wanted)) return;
  throw new InvalidSyntaxError(`schemas must list ${PATCH_OP_SCHEMA}: add it`);
}

function checkCount(count: number, { quirks, operationsMax = OPERATIONS_MAX }: ParsePatchOptions): void {
  if (count > operationsMax) {
    throw new PayloadTooLargeError(
      `The request has ${count} operations and may have ${operationsMax}: send several requests`,
    );
  }
  if (count > 0 || tolerates(quirks, 'empty-operations')) return;
  throw new InvalidSyntaxError('Operations is empty: give at least one operation');
}

function read(operation: Json, quirks: QuirkUse): PatchOperation {
  if (!isObject(operation)) {
    throw new InvalidSyntaxError(`An operation must be an object, not ${showValue(operation)}`);
  }
  const op = readOperationName(readName(operation, 'op'), quirks);
  const path = readPath(readName(operation, 'path'));
  const value = readName(operation, 'value');
  if (op === 'remove' && path === undefined) {
    throw new NoTargetError('remove has no path: name the attribute to remove');
  }
  if (op !== 'remove' && value === undefined) {
    throw new InvalidValueError(`${op} has no value: give one, or use remove`);
  }
  return { op, ...(path !== undefined && { path: parsePath(path) }), ...(value !== undefined && { value }) };
}

function readOperationName(op: Json | undefined, quirks: QuirkUse): PatchOperationName {
  const name = typeof op === 'string' ? op.toLowerCase() : '';
  if (isOperationName(name) && (name === op || tolerates(quirks, 'operation-name-case'))) return name;
  throw new InvalidSyntaxError(`op must be "add", "remove" or "replace", not ${showValue(op ?? null)}`);
}

function isOperationName(name: string): name is PatchOperationName {
  return NAMES.includes(name);
}

function readPath(path: Json | undefined): string | undefined {
  if (path === undefined || path === null) return undefined;
  if (typeof path === 'string') return path;
  throw new InvalidPathError(`path must be a string, not ${showValue(path)}`);
}

/** What stands under a name, whichever its case. @see RFC 7643 2.1 */
function readName(object: JsonObject, name: string): Json | undefined {
  const key = Object.hasOwn(object, name) ? name : Object.keys(object).find((given) => foldName(given) === name);
  return key === undefined ? undefined : object[key];
}
