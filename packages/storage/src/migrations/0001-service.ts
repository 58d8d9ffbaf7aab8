/**
 * Tables of the service provider.
 *
 * Every key starts with the tenant, so that tables can be distributed by it. Text that is compared by
 * the program's own rules stands in the "C" collation: what is equal is decided by `foldText` alone.
 */
export const serviceMigration = {
  id: 1,
  name: 'service',
  up: `
CREATE TABLE tenant (
  tenant text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  policy jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  disabled_at timestamptz(3)
);

-- Keys of the admin API. The empty tenant stands for the whole deployment (operator keys).
CREATE TABLE api_key (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX api_key_id ON api_key (id);

CREATE TABLE provisioning_token (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz(3),
  ended_at timestamptz(3),
  ended_by text,
  end_reason text CHECK (end_reason IN ('revoked', 'reset')),
  last_used_at timestamptz(3),
  last_used_address text,
  last_used_agent text,
  PRIMARY KEY (tenant, id)
);

-- One row for each user and group. "data" is the resource as stored, without id, meta, members and
-- groups; "search" is the same document folded for comparison.
CREATE TABLE resource (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant ON DELETE CASCADE,
  id uuid NOT NULL,
  type text COLLATE "C" NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  origin text NOT NULL DEFAULT 'scim' CHECK (origin IN ('scim', 'manual', 'connected')),
  administrator boolean NOT NULL DEFAULT false,
  active boolean,
  user_name text COLLATE "C",
  external_id text COLLATE "C",
  display_name text COLLATE "C",
  unique_name text COLLATE "C",
  label text NOT NULL,
  data json NOT NULL,
  search jsonb NOT NULL,
  created timestamptz(3) NOT NULL,
  modified timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX resource_user_name ON resource (tenant, user_name);
CREATE UNIQUE INDEX resource_unique_name ON resource (tenant, type, unique_name);
CREATE INDEX resource_external_id ON resource (tenant, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX resource_display_name ON resource (tenant, type, display_name) WHERE display_name IS NOT NULL;
CREATE INDEX resource_type ON resource (tenant, type, id);
CREATE INDEX resource_user_modified ON resource (tenant, modified, id) WHERE type = 'User';
-- A short list of entries to come: a search reads it whole, and a write empties it.
CREATE INDEX resource_search ON resource USING gin (search jsonb_path_ops) WITH (gin_pending_list_limit = 256);

-- Exact counts without a scan. Spread over slots, so that parallel creates do not wait for one row.
CREATE TABLE resource_count (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant ON DELETE CASCADE,
  type text COLLATE "C" NOT NULL,
  slot smallint NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (tenant, type, slot)
);

CREATE TABLE member (
  tenant text COLLATE "C" NOT NULL,
  group_id uuid NOT NULL,
  member_id uuid NOT NULL,
  member_type text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, group_id, member_id),
  FOREIGN KEY (tenant, group_id) REFERENCES resource (tenant, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, member_id) REFERENCES resource (tenant, id) ON DELETE CASCADE
);
CREATE INDEX member_of ON member (tenant, member_id, group_id);
CREATE INDEX member_nested ON member (tenant) WHERE member_type = 'Group';

-- Changes of a group's members since its row was written. Each connection counts in a slot of its own, so
-- that parallel changes of one group wait for nobody; the group's version is the row's and the sum of these.
CREATE TABLE group_revision (
  tenant text COLLATE "C" NOT NULL,
  group_id uuid NOT NULL,
  slot smallint NOT NULL,
  n bigint NOT NULL,
  modified timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, group_id, slot),
  FOREIGN KEY (tenant, group_id) REFERENCES resource (tenant, id) ON DELETE CASCADE
);

-- Members that a tenant's policy keeps although no resource has their id.
CREATE TABLE unresolved_member (
  tenant text COLLATE "C" NOT NULL,
  group_id uuid NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, group_id, value),
  FOREIGN KEY (tenant, group_id) REFERENCES resource (tenant, id) ON DELETE CASCADE
);

-- Deleted under the soft-delete policy: restorable until purge_after.
CREATE TABLE deleted_resource (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant ON DELETE CASCADE,
  id uuid NOT NULL,
  type text COLLATE "C" NOT NULL,
  label text NOT NULL,
  data json NOT NULL,
  group_ids uuid[] NOT NULL DEFAULT '{}',
  created timestamptz(3) NOT NULL,
  deleted_at timestamptz(3) NOT NULL,
  purge_after timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX deleted_resource_purge ON deleted_resource (purge_after);

-- What was changed, by whom: top-level attributes before and after, absent where they had no value.
CREATE TABLE history (
  tenant text COLLATE "C" NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  resource_id uuid NOT NULL,
  resource_type text COLLATE "C" NOT NULL,
  action text NOT NULL,
  version bigint NOT NULL,
  before json,
  after json,
  actor text NOT NULL,
  request_id text NOT NULL,
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX history_resource ON history (tenant, resource_id, id);

-- Members that a history row added or removed.
CREATE TABLE history_member (
  tenant text COLLATE "C" NOT NULL,
  history_id bigint NOT NULL,
  member_id uuid NOT NULL,
  added boolean NOT NULL,
  PRIMARY KEY (tenant, history_id, member_id)
);

-- Events to send, one for each history row that anybody outside may want to hear of.
CREATE TABLE outbox (
  tenant text COLLATE "C" NOT NULL,
  history_id bigint NOT NULL,
  event text NOT NULL,
  resource_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, history_id)
);
`,
};
