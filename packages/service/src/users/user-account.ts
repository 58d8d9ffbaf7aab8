/** Who made an account. `connected`: made by hand, and taken over by provisioning. */
export type AccountOrigin = 'manual' | 'scim' | 'connected';

/** An account as an administrator sees it: what the endpoint does not say of it included. */
export interface UserAccount {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string | undefined;
  readonly externalId: string | undefined;
  readonly email: string | undefined;
  readonly active: boolean;
  readonly origin: AccountOrigin;
  /** Provisioning never takes over an administrator's account. */
  readonly administrator: boolean;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** A row of `resource` with the columns that accounts are made of. */
export interface UserAccountRow {
  readonly id: string;
  readonly data: StoredUser;
  readonly active: boolean | null;
  readonly origin: AccountOrigin;
  readonly administrator: boolean;
  readonly created: Date;
  readonly modified: Date;
}

/** The attributes of a stored user that accounts show; the schema has checked their types. */
interface StoredUser {
  readonly userName: string;
  readonly displayName?: string;
  readonly externalId?: string;
  readonly emails?: readonly { readonly value?: string; readonly primary?: boolean }[];
}

export function accountFromRow({ data, ...row }: UserAccountRow): UserAccount {
  const emails = data.emails ?? [];
  return {
    id: row.id,
    userName: data.userName,
    displayName: data.displayName,
    externalId: data.externalId,
    email: (emails.find(({ primary }) => primary) ?? emails[0])?.value,
    active: row.active ?? true,
    origin: row.origin,
    administrator: row.administrator,
    createdAt: row.created,
    modifiedAt: row.modified,
  };
}
