import { type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { type ResourceRow, rowColumns } from './row.ts';
import { isUuid } from './uuid.ts';

export interface FindOptions {
  /** Computes the groups of a user too. */
  readonly withGroups: boolean;
  /** Locks the row until the transaction ends. */
  readonly forUpdate?: boolean;
}

/** Finds a resource of a type by its id. What is no id of ours is nobody's, and asks no database. */
export async function findResource(
  db: Queryable,
  context: RequestContext,
  key: { readonly type: string; readonly id: string },
  options: FindOptions,
): Promise<ResourceRow | undefined> {
  if (!isUuid(key.id)) return undefined;
  const type = key.type === 'User' ? 'User' : 'Group';
  const columns = rowColumns({ type, baseUrl: context.baseUrl, withGroups: options.withGroups });
  const where = sql`WHERE r.tenant = ${context.tenant} AND r.id = ${key.id} AND r.type = ${key.type}`;
  // Locked first, read then: a statement that waits for a lock does not see what it waited for.
  if (options.forUpdate) await db.query(statement(sql`SELECT 1 FROM resource r ${where} FOR UPDATE`, 'resource-lock'));
  const { rows } = await db.query<ResourceRow>(
    statement(
      sql`SELECT ${columns} FROM resource r ${where}`,
      `resource-find-${type}${options.withGroups ? '-groups' : ''}`,
    ),
  );
  return rows[0];
}
