import { foldText, type Resource, type ResourceType, searchDocument } from '@rollcall/scim';
import type { Policy } from '../tenants/policy.ts';
import { checkIndexed } from './indexed-text.ts';

/** A resource as the columns of its row. */
export interface StoredForm {
  readonly active: boolean | null;
  readonly userName: string | null;
  readonly externalId: string | null;
  readonly displayName: string | null;
  /** Set where policy makes the name of this type unique. */
  readonly uniqueName: string | null;
  /** What people know it by, as written. */
  readonly label: string;
  readonly data: string;
  readonly search: string;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const folded = (value: string | null): string | null => (value === null ? null : foldText(value));

/**
 * Takes a resource apart into columns. One folding makes what is unique and what is searched.
 *
 * @throws {InvalidValueError} a name or externalId is too long for the index that it is found by
 */
export function storedForm(resource: Resource, type: ResourceType, policy: Policy): StoredForm {
  const userName = type.name === 'User' ? text(resource.userName) : null;
  const displayName = text(resource.displayName);
  const isUnique = type.name === 'Group' && policy.groupDisplayName === 'unique';
  const form = {
    active: typeof resource.active === 'boolean' ? resource.active : null,
    userName: folded(userName),
    externalId: text(resource.externalId),
    displayName: folded(displayName),
    uniqueName: isUnique ? folded(displayName) : null,
    label: displayName ?? userName ?? '',
    data: JSON.stringify(resource),
    search: JSON.stringify(searchDocument(resource, type)),
  };
  for (const name of ['userName', 'externalId', 'displayName'] as const) checkIndexed(form[name], name);
  return form;
}
