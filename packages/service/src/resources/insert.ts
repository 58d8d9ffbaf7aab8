import type { Resource, ResourceType } from '@rollcall/scim';
import { crashpoint, type Queryable, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { recordChange } from '../history/change-record.ts';
import type { StoredForm } from './stored-form.ts';

/** Who made a resource: a provisioning client, or a person in the console. */
export type Origin = 'scim' | 'manual';

export interface NewResource {
  readonly id: string;
  readonly type: ResourceType;
  readonly resource: Resource;
  readonly form: StoredForm;
  readonly origin: Origin;
  readonly administrator: boolean;
}

/** Slots of the maintained count, so that parallel creates rarely wait for one row. */
const COUNT_SLOTS = 256;

/** The slot of a resource: its random last two digits. */
export function countSlot(id: string): number {
  return Number.parseInt(id.slice(-2), 16) % COUNT_SLOTS;
}

/**
 * Inserts a resource with its count, history and outbox rows, in one statement.
 *
 * @throws {DatabaseError} 23505 when a unique name is taken: the index decides, never a read before
 */
export async function insertResource(db: Queryable, context: RequestContext, made: NewResource): Promise<void> {
  const { tenant, now } = context;
  const { id, type, form } = made;
  crashpoint('after-validate');
  await db.query(
    statement(
      sql`WITH inserted AS (
        INSERT INTO resource (tenant, id, type, origin, administrator, active, user_name, external_id, display_name,
          unique_name, label, data, search, created, modified)
        VALUES (${tenant}, ${id}, ${type.name}, ${made.origin}, ${made.administrator}, ${form.active}, ${form.userName},
          ${form.externalId}, ${form.displayName}, ${form.uniqueName}, ${form.label}, ${form.data}, ${form.search}, ${now}, ${now})
        RETURNING tenant, id, type, version, data
      ), counted AS (
        INSERT INTO resource_count (tenant, type, slot, n)
        VALUES (${tenant}, ${type.name}, ${countSlot(id)}, 1)
        ON CONFLICT (tenant, type, slot) DO UPDATE SET n = resource_count.n + 1
      ), ${recordChange(context, { changed: 'inserted', action: 'created', before: null, after: 'document' })}
      SELECT version FROM inserted`,
      'resource-insert',
    ),
  );
}
