import type { Migration } from '../migration.ts';

/**
 * Tables of the provisioning engine.
 *
 * A source object is known by the source's own id, a target's by the target's: both are foreign text. Ids
 * stand in the "C" collation, so that pages by key have one order everywhere.
 */
export const engine: Migration = {
  id: 2,
  name: 'engine',
  up: `
CREATE TABLE source (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  settings jsonb NOT NULL,
  -- Sealed; see secrets.ts.
  secret bytea,
  -- Numbers the reads, so that what a later read brought is never taken for gone by an earlier one.
  last_read bigint NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE application (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  tenant_url text NOT NULL,
  -- Sealed; bound to tenant and application.
  secret_token bytea NOT NULL,
  profile jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE job (
  tenant text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  application_id uuid NOT NULL,
  source_id uuid NOT NULL,
  schema jsonb NOT NULL,
  settings jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('on', 'off')),
  -- Set by the first completed cycle and by nothing else.
  initial_completed_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, application_id) REFERENCES application ON DELETE CASCADE,
  FOREIGN KEY (tenant, source_id) REFERENCES source
);
CREATE INDEX job_application ON job (tenant, application_id);
CREATE INDEX job_source ON job (tenant, source_id);

CREATE TABLE assignment (
  tenant text COLLATE "C" NOT NULL,
  application_id uuid NOT NULL,
  object_type text COLLATE "C" NOT NULL CHECK (object_type IN ('User', 'Group')),
  object_id text COLLATE "C" NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, application_id, object_type, object_id),
  FOREIGN KEY (tenant, application_id) REFERENCES application ON DELETE CASCADE
);

-- The engine's copy of a directory. An object that a complete read did not find is kept, with the time.
CREATE TABLE source_object (
  tenant text COLLATE "C" NOT NULL,
  source_id uuid NOT NULL,
  type text COLLATE "C" NOT NULL CHECK (type IN ('User', 'Group')),
  id text COLLATE "C" NOT NULL,
  attributes jsonb NOT NULL,
  soft_deleted boolean NOT NULL,
  gone_at timestamptz(3),
  -- The read that last changed the row.
  read_number bigint NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, source_id, type, id),
  FOREIGN KEY (tenant, source_id) REFERENCES source ON DELETE CASCADE
);

CREATE TABLE source_member (
  tenant text COLLATE "C" NOT NULL,
  source_id uuid NOT NULL,
  group_id text COLLATE "C" NOT NULL,
  member_type text COLLATE "C" NOT NULL CHECK (member_type IN ('User', 'Group')),
  member_id text COLLATE "C" NOT NULL,
  read_number bigint NOT NULL,
  PRIMARY KEY (tenant, source_id, group_id, member_type, member_id),
  FOREIGN KEY (tenant, source_id) REFERENCES source ON DELETE CASCADE
);
CREATE INDEX source_member_of ON source_member (tenant, source_id, member_type, member_id, group_id);

-- What a read under way has seen, one row for each page: marking every object would rewrite the directory
-- in every cycle. Rows of objects say whether the page told the members of each; rows of members have groups.
CREATE TABLE source_read_page (
  tenant text COLLATE "C" NOT NULL,
  source_id uuid NOT NULL,
  read_number bigint NOT NULL,
  page bigint NOT NULL,
  types text[] NOT NULL,
  ids text[] NOT NULL,
  members_told boolean[],
  group_ids text[],
  PRIMARY KEY (tenant, source_id, read_number, page),
  FOREIGN KEY (tenant, source_id) REFERENCES source ON DELETE CASCADE,
  CHECK ((members_told IS NULL) <> (group_ids IS NULL))
);

-- A pair of source object and target object. "sent" is what the target has acknowledged.
CREATE TABLE link (
  tenant text COLLATE "C" NOT NULL,
  job_id uuid NOT NULL,
  object_type text COLLATE "C" NOT NULL,
  source_object_id text COLLATE "C" NOT NULL,
  target_id text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state IN ('managed', 'unmanaged')),
  origin text NOT NULL CHECK (origin IN ('created', 'matched')),
  sent jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, job_id, object_type, source_object_id),
  FOREIGN KEY (tenant, job_id) REFERENCES job ON DELETE CASCADE
);
-- One target object has one owner, whatever the matching said. The id stands second, so that the index never
-- looks as good as the primary key for a look-up by source object, not even without statistics.
CREATE UNIQUE INDEX link_target ON link (tenant, target_id, job_id, object_type);

-- Members that the target has acknowledged, by the source's ids.
CREATE TABLE link_member (
  tenant text COLLATE "C" NOT NULL,
  job_id uuid NOT NULL,
  group_id text COLLATE "C" NOT NULL,
  member_type text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, job_id, group_id, member_type, member_id),
  FOREIGN KEY (tenant, job_id) REFERENCES job ON DELETE CASCADE
);
CREATE INDEX link_member_of ON link_member (tenant, job_id, member_type, member_id);

CREATE TABLE cycle (
  tenant text COLLATE "C" NOT NULL,
  job_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('initial', 'incremental')),
  state text NOT NULL CHECK (state IN ('running', 'completed', 'held', 'failed')),
  stage text NOT NULL CHECK (stage IN ('import', 'plan', 'guard', 'apply', 'members', 'finished')),
  read_number bigint,
  -- Null until the source was read to its end.
  source_complete boolean,
  source_evidence text,
  -- Where the stage under way goes on after a restart.
  position jsonb,
  objects_read bigint NOT NULL DEFAULT 0,
  objects_refused bigint NOT NULL DEFAULT 0,
  objects_skipped bigint NOT NULL DEFAULT 0,
  requests bigint NOT NULL DEFAULT 0,
  error text,
  lease_owner text NOT NULL,
  lease_until timestamptz NOT NULL,
  -- Grows with every owner; a write under an older number is refused.
  fence bigint NOT NULL,
  started_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  PRIMARY KEY (tenant, job_id, id),
  FOREIGN KEY (tenant, job_id) REFERENCES job ON DELETE CASCADE
);
CREATE UNIQUE INDEX cycle_running ON cycle (tenant, job_id) WHERE state = 'running';
CREATE INDEX cycle_started ON cycle (tenant, job_id, started_at);

-- The ledger: every change that a cycle intends, before it is sent, and what the target answered.
CREATE TABLE operation (
  tenant text COLLATE "C" NOT NULL,
  job_id uuid NOT NULL,
  cycle_id uuid NOT NULL,
  number bigint NOT NULL,
  phase smallint NOT NULL,
  kind text NOT NULL CHECK (kind IN (
    'create', 'update', 'disable', 'enable', 'delete', 'link', 'release', 'addMembers', 'removeMembers')),
  object_type text COLLATE "C" NOT NULL,
  source_object_id text COLLATE "C" NOT NULL,
  target_id text COLLATE "C",
  -- The literal request; null when nothing is sent.
  request json,
  -- How a created object is found again when the answer was lost.
  matched_by json,
  -- What this operation lays claim to: a target's id or a matching value, by one object in a cycle.
  claim text COLLATE "C",
  before json,
  -- What holds once the target has acknowledged.
  sent json,
  link_state text CHECK (link_state IN ('managed', 'unmanaged', 'removed')),
  members json,
  state text NOT NULL CHECK (state IN ('planned', 'sent', 'done', 'failed', 'cancelled')),
  -- True after a restart found it sent and unanswered: read before sending again.
  uncertain boolean NOT NULL DEFAULT false,
  outcome text,
  error_code text,
  status smallint,
  detail text,
  attempts integer NOT NULL DEFAULT 0,
  planned_at timestamptz(3) NOT NULL,
  sent_at timestamptz(3),
  answered_at timestamptz(3),
  PRIMARY KEY (tenant, job_id, cycle_id, number),
  FOREIGN KEY (tenant, job_id, cycle_id) REFERENCES cycle ON DELETE CASCADE
);
CREATE INDEX operation_planned ON operation (tenant, job_id, cycle_id, phase, number) WHERE state = 'planned';
CREATE UNIQUE INDEX operation_claim ON operation (tenant, job_id, cycle_id, object_type, claim) WHERE claim IS NOT NULL;
CREATE INDEX operation_object ON operation (tenant, source_object_id, job_id, object_type);

-- Objects whose last operation failed, kept for another try.
CREATE TABLE escrow (
  tenant text COLLATE "C" NOT NULL,
  job_id uuid NOT NULL,
  object_type text COLLATE "C" NOT NULL,
  source_object_id text COLLATE "C" NOT NULL,
  error_code text NOT NULL,
  detail text NOT NULL,
  failures integer NOT NULL,
  cycle_id uuid NOT NULL,
  first_failed_at timestamptz(3) NOT NULL,
  last_failed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant, job_id, object_type, source_object_id),
  FOREIGN KEY (tenant, job_id) REFERENCES job ON DELETE CASCADE
);
`,
};
