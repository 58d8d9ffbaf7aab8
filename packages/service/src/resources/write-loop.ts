import type { ResourceType } from '@rollcall/scim';
import type { Database, Queryable } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { findResource } from './find.ts';
import { requireMatch, type TagCondition } from './preconditions.ts';
import { notFound } from './refusals.ts';
import { retrying } from './retry.ts';
import type { ResourceRow } from './row.ts';

export interface WriteKey {
  readonly type: ResourceType;
  readonly id: string;
  readonly ifMatch?: TagCondition | undefined;
}

/** Swaps that may fail before the row is locked: two writers of one resource rarely meet more often. A group's version is not in its row alone. */
const SWAPS_MAX = { User: 2, Group: 0 };

/**
 * Reads a resource and lets `write` swap a new version for the one that was read. `write` answers
 * undefined when the row had moved on; then it is read again, in the end under a lock, so that every
 * writer comes to his turn.
 *
 * @throws {NotFoundError} there is no such resource
 * @throws {PreconditionFailedError} `If-Match` names another version, at the start or at any turn
 * @see RFC 7644 3.14
 */
export async function compareAndSwap<T>(
  db: Database,
  context: RequestContext,
  key: WriteKey,
  write: (row: ResourceRow, db: Queryable) => Promise<T | undefined>,
): Promise<T> {
  for (let swap = 0; swap < (key.type.name === 'Group' ? SWAPS_MAX.Group : SWAPS_MAX.User); swap += 1) {
    const done = await retrying(async () => write(await readForWrite(db, context, key, false), db));
    if (done !== undefined) return done;
  }
  return retrying(() =>
    db.transaction(async (tx) => {
      const done = await write(await readForWrite(tx, context, key, true), tx);
      if (done === undefined) throw new TypeError('a locked row moved on');
      return done;
    }),
  );
}

/** What a write that changes nothing answers with: the resource as it is, as any read shows it. */
export function unchanged(db: Queryable, context: RequestContext, row: ResourceRow): Promise<ResourceRow | undefined> {
  return row.type === 'User' ? findResource(db, context, row, { withGroups: true }) : Promise.resolve(row);
}

/** Reads a resource for a write and holds it against `If-Match`. */
export async function readForWrite(
  db: Queryable,
  context: RequestContext,
  { type, id, ifMatch }: WriteKey,
  forUpdate: boolean,
): Promise<ResourceRow> {
  const row = await findResource(db, context, { type: type.name, id }, { withGroups: false, forUpdate });
  if (!row) throw notFound(type, id);
  requireMatch(ifMatch, row.version);
  return row;
}
