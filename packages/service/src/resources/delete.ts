import type { Database } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { removeResource } from './remove.ts';
import { compareAndSwap, type WriteKey } from './write-loop.ts';

/**
 * Deletes a resource with its memberships. Under the soft policy it can be restored for a time; for SCIM
 * it is gone at once either way, and its names are free.
 *
 * @throws {NotFoundError} there is no such resource
 * @throws {PreconditionFailedError} `If-Match` names another version
 * @throws {TooManyRequestsError} the token deletes faster than policy allows
 * @see RFC 7644 3.6
 */
export async function deleteResource(db: Database, context: RequestContext, key: WriteKey): Promise<void> {
  await compareAndSwap(db, context, key, async (row, handle) => {
    context.removals?.require('deletes');
    const removal = { id: row.id, type: key.type.name, expectedVersion: row.version };
    if (!(await removeResource(handle, context, removal))) return undefined;
    context.removals?.charge('deletes', 1);
    return true;
  });
}
