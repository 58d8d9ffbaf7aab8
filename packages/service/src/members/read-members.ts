import type { JsonObject } from '@rollcall/scim';
import { type Fragment, type Queryable, raw, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';

/** Members that one statement reads: what a request holds in memory of a group of any size. */
export const MEMBERS_PER_CHUNK = 2_000;

interface MemberRow {
  readonly group_id: string;
  readonly member_id: string;
  readonly member_type: string;
  /** Read only where it is asked for. */
  readonly label: string | null;
}

export interface MemberReading {
  /** Reads the name of each member too. */
  readonly withDisplay: boolean;
}

/** The first chunk of members of each of some groups, in one statement. */
export async function firstMembers(
  db: Queryable,
  context: RequestContext,
  groupIds: readonly string[],
  { withDisplay }: MemberReading,
): Promise<ReadonlyMap<string, readonly JsonObject[]>> {
  const { rows } = await db.query<MemberRow>(
    statement(
      sql`SELECT m.group_id, m.member_id, m.member_type, ${labelOf(withDisplay)} AS label
        FROM unnest(${groupIds}::uuid[]) AS wanted(id)
        CROSS JOIN LATERAL (
          SELECT * FROM member WHERE tenant = ${context.tenant} AND group_id = wanted.id ORDER BY member_id LIMIT ${MEMBERS_PER_CHUNK}
        ) AS m
        ORDER BY m.group_id, m.member_id`,
      withDisplay ? 'members-first-named' : 'members-first',
    ),
  );
  const chunks = new Map<string, JsonObject[]>();
  for (const row of rows) {
    const chunk = chunks.get(row.group_id);
    if (chunk) chunk.push(memberDocument(row, context.baseUrl));
    else chunks.set(row.group_id, [memberDocument(row, context.baseUrl)]);
  }
  return chunks;
}

/** The members of a group after one of them, chunk by chunk in the order of their ids. */
export async function* membersAfter(
  db: Queryable,
  context: RequestContext,
  groupId: string,
  { after, withDisplay }: MemberReading & { readonly after: string },
): AsyncGenerator<readonly JsonObject[]> {
  let last = after;
  for (;;) {
    const { rows } = await db.query<MemberRow>(
      statement(
        sql`SELECT m.group_id, m.member_id, m.member_type, ${labelOf(withDisplay)} AS label FROM member m
          WHERE m.tenant = ${context.tenant} AND m.group_id = ${groupId} AND m.member_id > ${last}
          ORDER BY m.member_id LIMIT ${MEMBERS_PER_CHUNK}`,
        withDisplay ? 'members-after-named' : 'members-after',
      ),
    );
    if (rows.length > 0) yield rows.map((row) => memberDocument(row, context.baseUrl));
    const tail = rows.at(-1);
    if (!tail || rows.length < MEMBERS_PER_CHUNK) return;
    last = tail.member_id;
  }
}

/** Ids that policy keeps as members although no resource has them. */
export async function unresolvedMembers(
  db: Queryable,
  context: RequestContext,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JsonObject[]>> {
  const { rows } = await db.query<{ group_id: string; value: string }>(
    statement(
      sql`SELECT group_id, value FROM unresolved_member
        WHERE tenant = ${context.tenant} AND group_id = ANY(${groupIds}::uuid[]) ORDER BY group_id, value`,
      'members-unresolved',
    ),
  );
  const byGroup = Map.groupBy(rows, ({ group_id }) => group_id);
  return new Map([...byGroup].map(([id, kept]) => [id, kept.map(({ value }) => ({ value }))]));
}

function labelOf(withDisplay: boolean): Fragment {
  return withDisplay
    ? sql`(SELECT x.label FROM resource x WHERE x.tenant = m.tenant AND x.id = m.member_id)`
    : raw('NULL');
}

function memberDocument({ member_id, member_type, label }: MemberRow, baseUrl: string): JsonObject {
  const member = { value: member_id, $ref: `${baseUrl}/${member_type}s/${member_id}`, type: member_type };
  return label === null ? member : { ...member, display: label };
}
