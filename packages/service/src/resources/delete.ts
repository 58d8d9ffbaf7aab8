import type { Database, Queryable } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { shareFreeGroupsOf, shareGroupsOf } from '../members/share-groups.ts';
import { removeResource } from './remove.ts';
import { MovedOnError, retrying } from './retry.ts';
import { isUuid } from './uuid.ts';
import { readForWrite, type WriteKey } from './write-loop.ts';

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
  await retrying(() => db.transaction((tx) => remove(tx, context, key)));
  context.removals?.charge('deletes', 1);
}

/** Locks the groups first and the resource then, as those who write groups do. */
async function remove(tx: Queryable, context: RequestContext, key: WriteKey): Promise<void> {
  if (isUuid(key.id)) await shareGroupsOf(tx, context, key.id);
  const row = await readForWrite(tx, context, key, true);
  context.removals?.require('deletes');
  if (!(await shareFreeGroupsOf(tx, context, row.id))) throw new MovedOnError();
  const removal = { id: row.id, type: key.type.name, expectedVersion: row.version };
  if (!(await removeResource(tx, context, removal))) throw new TypeError('a locked row moved on');
}
