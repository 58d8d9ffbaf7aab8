import { type JsonObject, type Resource, type ResourceType, schemasInUse } from '@rollcall/scim';
import { type Database, type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { changedValues } from '../history/change-record.ts';
import type { ResourceRow } from './row.ts';
import { storedForm } from './stored-form.ts';
import { updateResource } from './update.ts';
import { compareAndSwap } from './write-loop.ts';

/** What provisioning sent for a userName that is taken. */
export interface ConnectInput {
  readonly type: ResourceType;
  readonly resource: Resource;
}

/**
 * Connects the account made by hand that has the resource's userName: same id, new values over the old.
 * Undefined when the account is one that provisioning made, an administrator's, or changed in between.
 */
export async function connectAccount(
  db: Queryable,
  context: RequestContext,
  { type, resource }: ConnectInput,
): Promise<ResourceRow | undefined> {
  const { userName } = storedForm(resource, type, context.policy);
  const manual = await findManual(db, context, userName);
  if (!manual) return undefined;
  const before: JsonObject = JSON.parse(manual.data);
  const after = withSchemas({ ...before, ...resource }, type);
  return updateResource(db, context, {
    ...(changedValues(before, after) ?? NOTHING_CHANGED),
    id: manual.id,
    type: type.name,
    expectedVersion: manual.version,
    form: storedForm(after, type, context.policy),
    action: 'connected',
  });
}

/**
 * Undoes a connection whose request could not be finished: the account is made by hand again, and has the
 * values that connecting changed as they were.
 *
 * @throws {NotFoundError} the account is gone
 */
export async function disconnectAccount(
  db: Database,
  context: RequestContext,
  key: { readonly type: ResourceType; readonly id: string },
): Promise<void> {
  const { type, id } = key;
  await compareAndSwap(db, context, key, async (row, handle) => {
    const connection = await findConnection(handle, context, id);
    const current: JsonObject = JSON.parse(row.data);
    const others = Object.entries(current).filter(([name]) => !Object.hasOwn(connection.after, name));
    const after = withSchemas({ ...Object.fromEntries(others), ...connection.before }, type);
    return updateResource(handle, context, {
      ...(changedValues(current, after) ?? NOTHING_CHANGED),
      id,
      type: type.name,
      expectedVersion: row.version,
      form: storedForm(after, type, context.policy),
      action: 'disconnected',
    });
  });
}

const NOTHING_CHANGED = { before: {}, after: {} };

const withSchemas = (resource: Resource, type: ResourceType): Resource => ({
  ...resource,
  schemas: schemasInUse(resource, type),
});

interface ManualRow {
  readonly id: string;
  readonly version: number;
  readonly data: string;
}

async function findManual(
  db: Queryable,
  context: RequestContext,
  userName: string | null,
): Promise<ManualRow | undefined> {
  const { rows } = await db.query<ManualRow>(
    statement(
      sql`SELECT id, version, data::text AS data FROM resource
        WHERE tenant = ${context.tenant} AND user_name = ${userName} AND type = 'User' AND origin = 'manual' AND NOT administrator`,
      'resource-find-manual',
    ),
  );
  return rows[0];
}

interface Connection {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

async function findConnection(db: Queryable, { tenant }: RequestContext, id: string): Promise<Connection> {
  const { rows } = await db.query<{ before: string; after: string }>(
    statement(sql`SELECT before::text AS before, after::text AS after FROM history
      WHERE tenant = ${tenant} AND resource_id = ${id} AND action = 'connected' ORDER BY id DESC LIMIT 1`),
  );
  const [row] = rows;
  if (!row) throw new TypeError(`the account ${id} was never connected`);
  return { before: JSON.parse(row.before), after: JSON.parse(row.after) };
}
