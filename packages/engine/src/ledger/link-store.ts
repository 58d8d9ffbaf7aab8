import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from '../cycle/cycle-handle.ts';
import { type SettledOperation, targetIdOf } from './settled-operation.ts';

/** Who owns the target objects that a batch is about to link, by `type:targetId`. */
export async function findOwners(
  tx: Queryable,
  { tenant, jobId }: CycleKey,
  linking: readonly SettledOperation[],
): Promise<Map<string, string>> {
  const ids = linking.map(targetIdOf).filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<{ place: string; owner: string }>(
    statement(
      sql`
        select object_type || ':' || target_id as place, source_object_id as owner from link
        where tenant = ${tenant} and job_id = ${jobId} and object_type in ('User', 'Group')
          and target_id = any(${ids}::text[])`,
    ),
  );
  return new Map(rows.map(({ place, owner }) => [place, owner]));
}

/** Stores the pairs of source and target objects that a batch has established or changed. */
export async function storeLinks(
  tx: Queryable,
  { tenant, jobId }: CycleKey,
  linking: readonly SettledOperation[],
  now: Date,
): Promise<void> {
  const links = linking.map(linkRow);
  if (links.length === 0) return;
  await tx.query(
    statement(
      sql`
        insert into link (tenant, job_id, object_type, source_object_id, target_id, state, origin, sent, created_at,
          updated_at)
        select ${tenant}, ${jobId}, object_type, source_object_id, target_id, state, origin, sent, ${now}, ${now}
        from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as r(object_type text, source_object_id text,
          target_id text, state text, origin text, sent jsonb)
        on conflict (tenant, job_id, object_type, source_object_id) do update set
          target_id = excluded.target_id, state = excluded.state, sent = excluded.sent,
          updated_at = excluded.updated_at`,
    ),
  );
}

function linkRow(each: SettledOperation): Record<string, unknown> {
  const { operation, settlement } = each;
  const { objectType, sourceObjectId, kind, linkState, sent } = operation;
  return {
    object_type: objectType,
    source_object_id: sourceObjectId,
    target_id: targetIdOf(each),
    state: linkState,
    origin: kind === 'create' ? 'created' : 'matched',
    sent: (settlement.kind === 'done' ? settlement.sent : undefined) ?? sent ?? {},
  };
}

/**
 * Lets go of links.
 *
 * A membership exists only where both sides do: with a link go its members and its memberships.
 */
export async function removeLinks(
  tx: Queryable,
  { tenant, jobId }: CycleKey,
  gone: readonly SettledOperation[],
): Promise<void> {
  if (gone.length === 0) return;
  const types = gone.map(({ operation }) => operation.objectType);
  const ids = gone.map(({ operation }) => operation.sourceObjectId);
  await tx.query(
    statement(sql`
      delete from link_member m using unnest(${types}::text[], ${ids}::text[]) as g(type, id)
      where m.tenant = ${tenant} and m.job_id = ${jobId} and m.member_type = g.type and m.member_id = g.id`),
  );
  await tx.query(
    statement(sql`
      delete from link_member m using unnest(${types}::text[], ${ids}::text[]) as g(type, id)
      where m.tenant = ${tenant} and m.job_id = ${jobId} and g.type = 'Group' and m.group_id = g.id`),
  );
  await tx.query(
    statement(sql`
      delete from link l using unnest(${types}::text[], ${ids}::text[]) as g(type, id)
      where l.tenant = ${tenant} and l.job_id = ${jobId} and l.object_type = g.type and l.source_object_id = g.id`),
  );
}
