import { NotFoundError, type ResourceType, ScimError, UniquenessError } from '@rollcall/scim';
import { DatabaseError } from '@rollcall/storage';
import type { StoredForm } from './stored-form.ts';

/** 404 for an id that is nobody's, or somebody's of another tenant: both look the same. */
export function notFound(type: ResourceType, id: string): NotFoundError {
  return new NotFoundError(`There is no ${type.name} with the id "${id.slice(0, 60)}".`);
}

/** Tells which unique value of a resource is taken; anything else goes on as it came. */
export function asUniqueness(error: unknown, form: StoredForm): unknown {
  if (!(error instanceof DatabaseError) || error.code !== '23505') return error;
  if (error.constraint === 'resource_user_name') {
    return new UniquenessError(
      `userName: "${form.userName}" is taken by another user of this tenant (compared without regard to case). Look it up with a filter, and update that user.`,
    );
  }
  if (error.constraint === 'resource_unique_name') {
    return new UniquenessError(
      `displayName: "${form.uniqueName}" is taken by another group of this tenant (compared without regard to case). Look it up with a filter, or let the tenant's policy allow shared names.`,
    );
  }
  return error;
}

/** 503: writers of one resource were in each other's way for longer than a request may take. */
export function tooBusy(): ScimError {
  return new ScimError(503, undefined, 'Too many requests write this resource at once. Send the request again.');
}

/** Runs a write and names the unique value when one was taken. */
export async function orUniqueness<T>(write: () => Promise<T>, form: StoredForm): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw asUniqueness(error, form);
  }
}
