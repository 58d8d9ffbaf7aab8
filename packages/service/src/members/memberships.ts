import { type Fragment, sql } from '@rollcall/storage';

/**
 * The groups that the row `r` is in, each once: `direct` where it is a member itself, else through groups
 * that are members. Circles end by themselves, since UNION keeps no row twice. A tenant without nested groups
 * does not pay for them: there the recursion is not begun.
 */
export const membershipsOf: Fragment = sql`(
  SELECT found.group_id, bool_or(found.direct) AS direct
  FROM (
    SELECT m.group_id, true AS direct FROM member m WHERE m.tenant = r.tenant AND m.member_id = r.id
    UNION ALL
    SELECT through.group_id, false FROM (
      WITH RECURSIVE up(group_id) AS (
        SELECT m.group_id FROM member m WHERE m.tenant = r.tenant AND m.member_id = r.id
        UNION
        SELECT m.group_id FROM up JOIN member m ON m.tenant = r.tenant AND m.member_id = up.group_id
      )
      SELECT up.group_id FROM up
    ) AS through
    WHERE EXISTS (SELECT FROM member n WHERE n.tenant = r.tenant AND n.member_type = 'Group')
  ) AS found
  GROUP BY found.group_id
)`;
