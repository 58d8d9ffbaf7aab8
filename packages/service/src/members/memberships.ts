import { type Fragment, sql } from '@rollcall/storage';

/**
 * The groups that the row `r` is in, each once: `direct` where it is a member itself, else through groups
 * that are members. Circles end by themselves, since UNION keeps no row twice.
 */
export const membershipsOf: Fragment = sql`(
  SELECT found.group_id, bool_or(found.direct) AS direct
  FROM (
    WITH RECURSIVE up(group_id, direct) AS (
      SELECT m.group_id, true FROM member m WHERE m.tenant = r.tenant AND m.member_id = r.id
      UNION
      SELECT m.group_id, false FROM up JOIN member m ON m.tenant = r.tenant AND m.member_id = up.group_id
    )
    SELECT group_id, direct FROM up
  ) AS found
  GROUP BY found.group_id
)`;
