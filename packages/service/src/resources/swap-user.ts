import type { Resource, ResourceType } from '@rollcall/scim';
import type { Queryable } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import type { ChangeValues } from '../history/change-record.ts';
import { orUniqueness } from './refusals.ts';
import type { ResourceRow } from './row.ts';
import { storedForm } from './stored-form.ts';
import { updateResource } from './update.ts';

/**
 * Swaps a user's new document for the version that was read; undefined when the row had moved on.
 *
 * @throws {UniquenessError} a unique name is taken
 */
export function swapUser(
  db: Queryable,
  context: RequestContext,
  row: ResourceRow,
  { type, values, after }: { readonly type: ResourceType; readonly values: ChangeValues; readonly after: Resource },
): Promise<ResourceRow | undefined> {
  const form = storedForm(after, type, context.policy);
  const update = {
    ...values,
    id: row.id,
    type: type.name,
    expectedVersion: row.version,
    form,
    action: 'updated' as const,
  };
  return orUniqueness(() => updateResource(db, context, update), form);
}
