import { crashpoint, type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { type ChangeAction, type ChangeValues, recordChange } from '../history/change-record.ts';
import { type ResourceRow, rowColumns } from './row.ts';
import type { StoredForm } from './stored-form.ts';

export interface ResourceUpdate extends ChangeValues {
  readonly id: string;
  readonly type: string;
  /** The version that was read: the row is written only if it is still at it. */
  readonly expectedVersion: number;
  readonly form: StoredForm;
  readonly action: ChangeAction;
}

/**
 * Writes a new document over the version that was read, with its history and outbox rows, in one
 * statement: compare and swap. Undefined means that the row has moved on or is gone, and nothing was
 * written.
 *
 * @throws {DatabaseError} 23505 when a unique name is taken
 * @throws {TooManyRequestsError} it disables a user, and the token does so faster than policy allows
 */
export async function updateResource(
  db: Queryable,
  context: RequestContext,
  update: ResourceUpdate,
): Promise<ResourceRow | undefined> {
  const { form } = update;
  const disables = update.after?.active === false;
  if (disables) context.removals?.require('deletes');
  crashpoint('after-validate');
  const { rows } = await db.query<ResourceRow>(
    statement(
      sql`WITH updated AS (
        UPDATE resource SET version = version + 1, active = ${form.active}, user_name = ${form.userName},
          external_id = ${form.externalId}, display_name = ${form.displayName}, unique_name = ${form.uniqueName},
          label = ${form.label}, data = ${form.data}, search = ${form.search},
          origin = CASE ${update.action}::text WHEN 'connected' THEN 'connected' WHEN 'disconnected' THEN 'manual' ELSE origin END,
          modified = greatest(modified, ${context.now}::timestamptz)
        WHERE tenant = ${context.tenant} AND id = ${update.id} AND type = ${update.type} AND version = ${update.expectedVersion}
        RETURNING tenant, id, type, version, created, modified, data
      ), ${recordChange(context, { ...update, changed: 'updated' })}
      SELECT ${rowColumns({ type: 'User', baseUrl: context.baseUrl, withGroups: true })} FROM updated r`,
      `resource-update-${update.type}`,
    ),
  );
  if (disables && rows[0]) context.removals?.charge('deletes', 1);
  return rows[0];
}
