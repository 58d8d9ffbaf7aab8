import type { SourceObjectType } from '@rollcall/sources';
import { type Queryable, sql, statement } from '@rollcall/storage';
import type { ErrorCode } from '../ledger/operation.ts';

/** An object whose last operation failed. */
export interface EscrowedObject {
  readonly objectType: SourceObjectType;
  readonly sourceObjectId: string;
  readonly errorCode: ErrorCode;
  readonly detail: string;
  /** Cycles in which it failed, without a success between them. */
  readonly failures: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
}

/** A job's escrowed objects in order of type and id. */
export async function listEscrow(
  tx: Queryable,
  { tenant, jobId, limit }: { readonly tenant: string; readonly jobId: string; readonly limit: number },
): Promise<readonly EscrowedObject[]> {
  const { rows } = await tx.query<EscrowedObject>(
    statement(sql`
      select object_type as "objectType", source_object_id as "sourceObjectId", error_code as "errorCode", detail,
        failures, first_failed_at as "firstFailedAt", last_failed_at as "lastFailedAt"
      from escrow
      where tenant = ${tenant} and job_id = ${jobId}
      order by object_type desc, source_object_id
      limit ${limit}`),
  );
  return rows;
}
