import {
  InvalidSyntaxError,
  type Json,
  type JsonObject,
  parsePatch,
  type Quirk,
  type ResourceType,
} from '@rollcall/scim';
import type { Database } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { createResource } from './create.ts';
import { deleteResource } from './delete.ts';
import { patchResource } from './patch.ts';
import type { TagCondition } from './preconditions.ts';
import { replaceResource } from './replace.ts';
import type { ResourceRow } from './row.ts';

/** One write, as a request of its own or as an operation of a bulk request. */
export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly type: ResourceType;
  /** Absent for POST. */
  readonly id?: string | undefined;
  readonly body?: Json | undefined;
  readonly ifMatch?: TagCondition | undefined;
  readonly reportQuirk: (quirk: Quirk) => void;
}

/** What was written; without `row` where there is nothing to show. */
export interface WriteResult {
  readonly status: 200 | 201 | 204;
  readonly row?: ResourceRow | undefined;
}

/**
 * Performs one write.
 *
 * @throws {ScimError} it is refused, and nothing of it was done
 * @see RFC 7644 3.3 (POST), 3.5.1 (PUT), 3.5.2 (PATCH), 3.6 (DELETE)
 */
export async function write(db: Database, context: RequestContext, request: WriteRequest): Promise<WriteResult> {
  const { type, ifMatch, reportQuirk, id = '' } = request;
  const key = { type, id, ifMatch };
  switch (request.method) {
    case 'POST': {
      const row = await createResource(db, context, { type, body: objectBody(request), reportQuirk });
      return { status: 201, row };
    }
    case 'PUT': {
      const row = await replaceResource(db, context, { ...key, body: objectBody(request), reportQuirk });
      return { status: 200, row };
    }
    case 'PATCH': {
      const quirks = { allowed: new Set(context.policy.quirks), report: reportQuirk };
      const { operations } = parsePatch(objectBody(request), { quirks });
      const row = await patchResource(db, context, { ...key, operations, reportQuirk });
      return type.name === 'Group' ? { status: 204, row } : { status: 200, row };
    }
    case 'DELETE':
      await deleteResource(db, context, key);
      return { status: 204 };
  }
}

/** The body as a JSON object, or a refusal that says what came instead. */
export function objectBody({ body, method }: Pick<WriteRequest, 'body' | 'method'>): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  const found = body === undefined ? 'nothing' : JSON.stringify(body).slice(0, 40);
  throw new InvalidSyntaxError(`The body of a ${method} is a JSON object; this request has ${found}.`);
}
