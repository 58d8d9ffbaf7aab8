import { InvalidSyntaxError, InvalidValueError, PayloadTooLargeError } from '../error.ts';
import { isObject } from '../resource/is-object.ts';
import type { Json, JsonObject } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { type Fields, readFields, readInteger, readList, readMessage, readObject, readText } from './fields.ts';
import { BULK_REQUEST_SCHEMA } from './urns.ts';

/** A bulk request whose form is right. @see RFC 7644 3.7 */
export interface BulkRequest {
  /** After how many errors to stop; absent: never. At least 1. */
  readonly failOnErrors?: number;
  readonly operations: readonly BulkOperation[];
}

/** One operation of a bulk request. */
export type BulkOperation = BulkCreate | BulkChange | BulkDelete;

interface BulkBase {
  readonly type: ResourceType;
  /** The client's name for the operation, by which others refer to its resource. */
  readonly bulkId?: string;
  /** The entity tag that the resource must have. */
  readonly version?: string;
}

/** Makes a resource. */
export interface BulkCreate extends BulkBase {
  readonly method: 'POST';
  readonly bulkId: string;
  readonly data: JsonObject;
}

/** Replaces or patches a resource. */
export interface BulkChange extends BulkBase {
  readonly method: 'PUT' | 'PATCH';
  /** The id of the resource, or `bulkId:` and the bulkId of the operation that makes it. */
  readonly id: string;
  readonly data: JsonObject;
}

/** Deletes a resource. */
export interface BulkDelete extends BulkBase {
  readonly method: 'DELETE';
  /** As in `BulkChange`. */
  readonly id: string;
}

export interface BulkLimits {
  /** The resource types whose endpoints operations may name. */
  readonly types: readonly ResourceType[];
  readonly operationsMax: number;
}

const BULK_ID_LENGTH_MAX = 128;
const PATH_LENGTH_MAX = 512;
const ID = /^(?:bulkId:)?[A-Za-z0-9._~@+-]{1,255}$/;

/**
 * Reads the body of a bulk request. A request with a fault of form is refused as a whole, before its first
 * operation. Paths are an endpoint of a resource type, with or without an id, and nothing else: no host,
 * no query, no `..`, no bulk within a bulk.
 *
 * @throws {PayloadTooLargeError} it has more operations than the limit
 * @throws {InvalidSyntaxError} `schemas` does not list the BulkRequest, or there are no operations
 * @throws {InvalidValueError} an operation is not of the right form; the message names its position
 * @see RFC 7644 3.7
 */
export function parseBulkRequest(body: JsonObject, limits: BulkLimits): BulkRequest {
  const fields = readMessage(body, BULK_REQUEST_SCHEMA);
  const failOnErrors = readFailOnErrors(fields);
  const list = readList(fields, 'Operations');
  if (!list) throw new InvalidSyntaxError('Operations is missing: list the operations');
  if (list.length > limits.operationsMax) {
    throw new PayloadTooLargeError(
      `The request has ${list.length} operations; ${limits.operationsMax} are allowed: send it in parts`,
    );
  }
  const operations = list.map((operation, index) => parseOperation(operation, `Operations[${index}]`, limits));
  checkBulkIds(operations);
  return failOnErrors === undefined ? { operations } : { failOnErrors, operations };
}

function readFailOnErrors(fields: Fields): number | undefined {
  const failOnErrors = readInteger(fields, 'failOnErrors');
  if (failOnErrors === undefined || failOnErrors >= 1) return failOnErrors;
  throw new InvalidValueError(
    `failOnErrors must be at least 1, not ${failOnErrors}: leave it out to go on in any case`,
  );
}

function parseOperation(value: Json, path: string, { types }: BulkLimits): BulkOperation {
  if (!isObject(value)) throw new InvalidValueError(`${path} must be an object, not ${showValue(value)}`);
  const fields = readFields(value);
  const method = readText(fields, 'method', `${path}.method`)?.toUpperCase();
  const target = parsePath(readText(fields, 'path', `${path}.path`), `${path}.path`, types);
  const base = { type: target.type, ...readBase(fields, path) };
  switch (method) {
    case 'POST':
      return createOperation(fields, path, base, target);
    case 'PUT':
    case 'PATCH':
      return { ...base, method, id: requireId(target, method, path), data: requireData(fields, path) };
    case 'DELETE':
      return { ...base, method, id: requireId(target, method, path) };
    default:
      throw new InvalidValueError(
        `${path}.method must be POST, PUT, PATCH or DELETE, not ${showValue(method ?? null)}`,
      );
  }
}

function readBase(fields: Fields, path: string): Pick<BulkBase, 'bulkId' | 'version'> {
  const bulkId = readText(fields, 'bulkId', `${path}.bulkId`);
  const version = readText(fields, 'version', `${path}.version`);
  if (bulkId !== undefined && (bulkId === '' || bulkId.length > BULK_ID_LENGTH_MAX)) {
    throw new InvalidValueError(`${path}.bulkId must have 1 to ${BULK_ID_LENGTH_MAX} characters`);
  }
  return { ...(bulkId !== undefined && { bulkId }), ...(version !== undefined && { version }) };
}

function createOperation(fields: Fields, path: string, base: BulkBase, { id }: Target): BulkCreate {
  const { bulkId } = base;
  if (id !== undefined)
    throw new InvalidValueError(`${path}.path names an id: POST to the endpoint ${base.type.endpoint}`);
  if (bulkId === undefined) throw new InvalidValueError(`${path}.bulkId is missing: POST needs one`);
  return { ...base, bulkId, method: 'POST', data: requireData(fields, path) };
}

function requireId({ id, type }: Target, method: string, path: string): string {
  if (id !== undefined) return id;
  throw new InvalidValueError(`${path}.path names no id: ${method} needs ${type.endpoint}/{id}`);
}

function requireData(fields: Fields, path: string): JsonObject {
  const data = readObject(fields, 'data', `${path}.data`);
  if (data) return data;
  throw new InvalidValueError(`${path}.data is missing: give the body of the operation`);
}

interface Target {
  readonly type: ResourceType;
  readonly id?: string;
}

function parsePath(text: string | undefined, path: string, types: readonly ResourceType[]): Target {
  if (text !== undefined && text.length <= PATH_LENGTH_MAX) {
    const [empty, endpoint, id, ...rest] = text.split('/');
    const type = types.find((known) => known.endpoint === `/${endpoint}`);
    if (empty === '' && type && rest.length === 0) {
      if (id === undefined) return { type };
      if (isId(id)) return { type, id };
    }
  }
  const endpoints = types.map(({ endpoint }) => `${endpoint} or ${endpoint}/{id}`).join(', ');
  throw new InvalidValueError(`${path} must be ${endpoints}, not ${showValue(text ?? null)}`);
}

function isId(id: string): boolean {
  return ID.test(id) && id !== '.' && id !== '..';
}

function checkBulkIds(operations: readonly BulkOperation[]): void {
  const seen = new Set<string>();
  for (const [index, { bulkId }] of operations.entries()) {
    if (bulkId === undefined) continue;
    if (seen.has(bulkId)) {
      throw new InvalidValueError(`Operations[${index}].bulkId ${showValue(bulkId)} is taken by an earlier operation`);
    }
    seen.add(bulkId);
  }
}
