import { type Queryable, raw, sql, statement } from '@rollcall/storage';

/** What the history must hold. */
export interface Recorded {
  /** Rows that each acknowledged request left, by its id. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Requests that were in flight at a kill and took effect, as the read-back found. */
  readonly tookEffect: number;
}

export interface Audit {
  readonly rows: number;
  /** What is wrong, one sentence each. */
  readonly findings: readonly string[];
}

interface RequestRows {
  readonly request_id: string;
  readonly rows: number;
  readonly events: number;
}

/**
 * Holds the tables of a database against each other and against what was acknowledged: one history row and one
 * event for each change, versions without a gap, counts equal to rows, members as their history says.
 */
export async function audit(db: Queryable, recorded: Recorded): Promise<Audit> {
  const requests = await readRequests(db);
  const broken = await Promise.all(INVARIANTS.map((invariant) => findBroken(db, invariant)));
  return {
    rows: requests.reduce((sum, { rows }) => sum + rows, 0),
    findings: [...findUnrecorded(requests, recorded), ...broken.flat()],
  };
}

async function readRequests(db: Queryable): Promise<readonly RequestRows[]> {
  const { rows } = await db.query<RequestRows>(
    statement(sql`SELECT h.request_id, count(*)::integer AS rows, count(o.history_id)::integer AS events
      FROM history h LEFT JOIN outbox o ON o.tenant = h.tenant AND o.history_id = h.id GROUP BY h.request_id`),
  );
  return rows;
}

function* findUnrecorded(requests: readonly RequestRows[], { acknowledged, tookEffect }: Recorded): Generator<string> {
  const others = requests.filter(({ request_id }) => !acknowledged.has(request_id)).length;
  if (others !== tookEffect) {
    yield `${tookEffect} requests in flight took effect, and the history has ${others} that were not acknowledged`;
  }
  const byId = new Map(requests.map((row) => [row.request_id, row]));
  for (const [id, changes] of acknowledged) {
    const { rows = 0, events = 0 } = byId.get(id) ?? {};
    if (rows === changes && events === changes) continue;
    yield `request ${id}: ${changes} changes acknowledged, ${rows} in the history, ${events} in the outbox`;
  }
}

interface Invariant {
  readonly says: string;
  /** Selects one column, `broken`: a name of each thing that breaks it. */
  readonly text: string;
}

const INVARIANTS: readonly Invariant[] = [
  {
    says: 'every event belongs to a row of the history',
    text: `SELECT o.history_id::text AS broken FROM outbox o
      LEFT JOIN history h ON h.tenant = o.tenant AND h.id = o.history_id WHERE h.id IS NULL`,
  },
  {
    says: 'every row of the history has its event',
    text: `SELECT h.id::text AS broken FROM history h
      LEFT JOIN outbox o ON o.tenant = h.tenant AND o.history_id = h.id WHERE o.history_id IS NULL`,
  },
  {
    says: 'the versions of a user in the history have no gap and no double',
    text: `SELECT resource_id::text AS broken FROM history WHERE action <> 'deleted' AND resource_type = 'User'
      GROUP BY tenant, resource_id
      HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*)`,
  },
  {
    // Of a group the number: parallel changes of members may each record the version that they saw, plus one.
    says: 'a resource has as many versions as its history has changes, and only the deleted have an end in it',
    text: `SELECT coalesce(r.id, h.resource_id)::text AS broken
      FROM (
        SELECT tenant, id, version + coalesce((
          SELECT sum(v.n) FROM group_revision v WHERE v.tenant = resource.tenant AND v.group_id = resource.id), 0) AS version
        FROM resource
      ) r FULL JOIN (
        SELECT tenant, resource_id, count(*) FILTER (WHERE action <> 'deleted') AS changes, bool_or(action = 'deleted') AS ended
        FROM history GROUP BY tenant, resource_id
      ) h ON h.tenant = r.tenant AND h.resource_id = r.id
      WHERE (r.id IS NULL AND NOT h.ended) OR (r.id IS NOT NULL AND (h.ended OR h.changes IS DISTINCT FROM r.version))`,
  },
  {
    says: 'the maintained count is the number of rows',
    text: `SELECT coalesce(c.type, r.type) || ': count ' || coalesce(c.n, 0) || ', rows ' || coalesce(r.n, 0) AS broken
      FROM (SELECT tenant, type, sum(n) AS n FROM resource_count GROUP BY tenant, type) c
      FULL JOIN (SELECT tenant, type, count(*) AS n FROM resource GROUP BY tenant, type) r USING (tenant, type)
      WHERE coalesce(c.n, 0) <> coalesce(r.n, 0)`,
  },
  {
    says: 'a member is a live resource of its type, in a live group',
    text: `SELECT m.group_id || '/' || m.member_id AS broken FROM member m
      LEFT JOIN resource g ON g.tenant = m.tenant AND g.id = m.group_id AND g.type = 'Group'
      LEFT JOIN resource x ON x.tenant = m.tenant AND x.id = m.member_id AND x.type = m.member_type
      WHERE g.id IS NULL OR x.id IS NULL`,
  },
  {
    says: 'a group has the members that its history leaves in it',
    text: `SELECT coalesce(m.group_id, h.group_id) || '/' || coalesce(m.member_id, h.member_id) AS broken
      FROM member m FULL JOIN (
        SELECT DISTINCT ON (h.tenant, h.resource_id, d.member_id)
          h.tenant, h.resource_id AS group_id, d.member_id, d.added
        FROM history h JOIN history_member d ON d.tenant = h.tenant AND d.history_id = h.id
        ORDER BY h.tenant, h.resource_id, d.member_id, h.version DESC, h.id DESC
      ) h ON h.tenant = m.tenant AND h.group_id = m.group_id AND h.member_id = m.member_id
      WHERE (m.member_id IS NULL AND h.added) OR (m.member_id IS NOT NULL AND h.added IS NOT TRUE)`,
  },
];

const SHOWN_MAX = 3;

async function findBroken(db: Queryable, { says, text }: Invariant): Promise<readonly string[]> {
  const { rows } = await db.query<{ broken: string }>(statement(raw(text)));
  const [first] = rows;
  if (first === undefined) return [];
  const shown = rows.slice(0, SHOWN_MAX).map(({ broken }) => broken);
  return [`not true: ${says}. ${rows.length} break it: ${shown.join('; ')}`];
}
