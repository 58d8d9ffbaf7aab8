import type { SourceReference } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';

/** Users and groups of a source that are, or are no longer, assigned to an application. */
export interface AssignmentChange {
  readonly tenant: string;
  readonly applicationId: string;
  readonly objects: readonly SourceReference[];
}

/** Assigns; what is assigned already stays so. */
export async function insertAssignments(tx: Queryable, change: AssignmentChange, now: Date): Promise<void> {
  const { tenant, applicationId, objects } = change;
  await tx.query(
    statement(sql`
      insert into assignment (tenant, application_id, object_type, object_id, created_at)
      select distinct ${tenant}, ${applicationId}::uuid, a.type, a.id, ${now}::timestamptz
      from unnest(${typesOf(objects)}::text[], ${idsOf(objects)}::text[]) as a(type, id)
      on conflict do nothing`),
  );
}

/** Takes assignments away; what is not assigned stays so. */
export async function deleteAssignments(tx: Queryable, change: AssignmentChange): Promise<void> {
  const { tenant, applicationId, objects } = change;
  await tx.query(
    statement(sql`
      delete from assignment s using unnest(${typesOf(objects)}::text[], ${idsOf(objects)}::text[]) as a(type, id)
      where s.tenant = ${tenant} and s.application_id = ${applicationId} and s.object_type = a.type
        and s.object_id = a.id`),
  );
}

const typesOf = (objects: readonly SourceReference[]): string[] => objects.map(({ type }) => type);
const idsOf = (objects: readonly SourceReference[]): string[] => objects.map(({ id }) => id);

/** The assignments of an application in order of type and id, those after `after`. */
export async function listAssignmentRows(
  tx: Queryable,
  { tenant, applicationId, limit, after }: AssignmentPage,
): Promise<readonly SourceReference[]> {
  const { rows } = await tx.query<SourceReference>(
    statement(sql`
      select object_type as type, object_id as id from assignment
      where tenant = ${tenant} and application_id = ${applicationId}
        and (object_type, object_id) > (${after?.type ?? ''}, ${after?.id ?? ''})
      order by object_type, object_id
      limit ${limit}`),
  );
  return rows;
}

export interface AssignmentPage {
  readonly tenant: string;
  readonly applicationId: string;
  readonly limit: number;
  readonly after?: SourceReference | undefined;
}
