import { type Fragment, sql } from '@rollcall/storage';

/** Slots of a group's revision: more than a process has connections, so that two rarely share one. */
const SLOTS = 64;

/**
 * The version of the row `r`. A change of members does not touch its group's row, where all of them would
 * wait for each other: it counts in `group_revision`.
 */
export const versionOf: Fragment = sql`(r.version + CASE WHEN r.type = 'Group' THEN
  coalesce((SELECT sum(v.n) FROM group_revision v WHERE v.tenant = r.tenant AND v.group_id = r.id), 0)::bigint ELSE 0 END)`;

/** When the row `r` was last changed, its members among the rest. */
export const modifiedOf: Fragment = sql`(CASE WHEN r.type = 'Group' THEN
  greatest(r.modified, (SELECT max(v.modified) FROM group_revision v WHERE v.tenant = r.tenant AND v.group_id = r.id))
  ELSE r.modified END)`;

/**
 * Part of a `WITH` list: gives a new version to each group that `groups` names (a name from the same list,
 * with the columns tenant and id), as `bumped` with the columns tenant, id, type and version.
 */
export function bumpGroups(groups: Fragment, now: Date): Fragment {
  return sql`revised AS (
    INSERT INTO group_revision (tenant, group_id, slot, n, modified)
    SELECT t.tenant, t.id, pg_backend_pid() % ${SLOTS}::integer, 1, ${now}::timestamptz FROM (${groups}) AS t(tenant, id)
    ON CONFLICT (tenant, group_id, slot) DO UPDATE SET n = group_revision.n + 1,
      modified = greatest(group_revision.modified, excluded.modified)
    RETURNING tenant, group_id
  ), bumped AS (
    SELECT r.tenant, r.id, r.type, ${versionOf} + 1 AS version
    FROM revised JOIN resource r ON r.tenant = revised.tenant AND r.id = revised.group_id
  )`;
}
