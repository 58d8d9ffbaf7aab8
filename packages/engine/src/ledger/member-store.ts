import { type Queryable, sql, statement } from '@rollcall/storage';
import type { CycleKey } from '../cycle/cycle-handle.ts';
import type { SettledOperation } from './settled-operation.ts';

interface MemberRow {
  readonly group_id: string;
  readonly type: string;
  readonly id: string;
}

/** The checkpoint of each acknowledged chunk. */
export async function storeMembers(
  tx: Queryable,
  { tenant, jobId }: CycleKey,
  done: readonly SettledOperation[],
): Promise<void> {
  const added = memberRows(done, 'addMembers');
  const removed = memberRows(done, 'removeMembers');
  if (added.length > 0) {
    await tx.query(
      statement(
        sql`
          insert into link_member (tenant, job_id, group_id, member_type, member_id)
          select ${tenant}, ${jobId}, group_id, type, id
          from jsonb_to_recordset(${JSON.stringify(added)}::jsonb) as r(group_id text, type text, id text)
          on conflict do nothing`,
      ),
    );
  }
  if (removed.length === 0) return;
  await tx.query(
    statement(
      sql`
        delete from link_member m
        using jsonb_to_recordset(${JSON.stringify(removed)}::jsonb) as r(group_id text, type text, id text)
        where m.tenant = ${tenant} and m.job_id = ${jobId} and m.group_id = r.group_id
          and m.member_type = r.type and m.member_id = r.id`,
    ),
  );
}

function memberRows(done: readonly SettledOperation[], kind: 'addMembers' | 'removeMembers'): readonly MemberRow[] {
  return done
    .filter(({ operation }) => operation.kind === kind)
    .flatMap(({ operation }) =>
      (operation.members ?? []).map(({ type, id }) => ({ group_id: operation.sourceObjectId, type, id })),
    );
}
