import {
  type JsonObject,
  type Member,
  type Quirk,
  type Resource,
  type ResourceType,
  validateResource,
} from '@rollcall/scim';
import { type Database, DatabaseError } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { connectAccount } from './connect.ts';
import { insertGroup } from './group-write.ts';
import { insertResource, type Origin } from './insert.ts';
import { asUniqueness } from './refusals.ts';
import { retrying } from './retry.ts';
import type { ResourceRow } from './row.ts';
import { type StoredForm, storedForm } from './stored-form.ts';
import { newUuid } from './uuid.ts';

export interface CreateInput {
  readonly type: ResourceType;
  readonly body: JsonObject;
  readonly reportQuirk: (quirk: Quirk) => void;
  readonly origin?: Origin;
  /** Only for accounts made by hand: provisioning never makes an administrator. */
  readonly administrator?: boolean;
}

interface Draft {
  readonly id: string;
  readonly resource: Resource;
  readonly members: readonly Member[];
  readonly form: StoredForm;
}

/**
 * Creates a resource, or connects an account made by hand that has its userName (policy
 * `connectManualAccounts`): same id, new values over the old, a history row that says so.
 *
 * @throws {UniquenessError} a unique name is taken
 * @throws {InvalidValueError} a value or a member is refused
 * @see RFC 7644 3.3
 */
export async function createResource(db: Database, context: RequestContext, input: CreateInput): Promise<ResourceRow> {
  const { type, body } = input;
  const quirks = { allowed: new Set(context.policy.quirks), report: input.reportQuirk };
  const { resource, members = [] } = validateResource(body, type, {
    quirks,
    unknownAttributes: context.policy.unknownAttributes,
  });
  const form = storedForm(resource, type, context.policy);
  const draft = { id: newUuid(context.now.getTime()), resource, members, form };
  try {
    return await retrying(() => insert(db, context, input, draft));
  } catch (error) {
    const connected = isUserNameTaken(error) ? await connectTaken(db, context, input, draft) : undefined;
    if (connected) return connected;
    throw asUniqueness(error, form);
  }
}

async function insert(db: Database, context: RequestContext, input: CreateInput, draft: Draft): Promise<ResourceRow> {
  const { type, origin = 'scim', administrator = false } = input;
  const made = { ...draft, type, origin, administrator };
  if (draft.members.length === 0) await insertResource(db, context, made);
  else return await db.transaction((tx) => insertGroup(tx, context, made, draft.members));
  const { now } = context;
  return {
    id: draft.id,
    type: type.name,
    version: 1,
    created: now,
    modified: now,
    data: draft.form.data,
    groups: null,
    nested: false,
  };
}

const isUserNameTaken = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23505' && error.constraint === 'resource_user_name';

async function connectTaken(
  db: Database,
  context: RequestContext,
  { type, origin }: CreateInput,
  { resource }: Draft,
): Promise<ResourceRow | undefined> {
  if (!context.policy.connectManualAccounts || origin === 'manual') return undefined;
  return connectAccount(db, context, { type, resource });
}
