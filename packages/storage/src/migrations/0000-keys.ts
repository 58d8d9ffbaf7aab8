import type { Migration } from '../migration.ts';

/** Data keys of the secrets at rest, each wrapped by the master key; see `secrets.ts`. */
export const keys: Migration = {
  id: 0,
  name: 'keys',
  up: `
create table data_key (
  id integer primary key generated always as identity,
  -- Which master key wraps this row: a fingerprint, never the key.
  master_key_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  -- Null for the one key that new values are sealed with.
  replaced_at timestamptz
);

comment on table data_key is 'Keys that encrypt secrets at rest, wrapped by ROLLCALL_MASTER_KEY';

create unique index data_key_active on data_key ((replaced_at is null)) where replaced_at is null;
`,
};
