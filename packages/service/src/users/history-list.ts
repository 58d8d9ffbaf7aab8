import type { JsonObject } from '@rollcall/scim';
import { type Database, raw, sql, statement } from '@rollcall/storage';
import { isUuid } from '../resources/uuid.ts';
import { Refusal } from '../tenants/refusal.ts';

/** One change to one user or group. */
export interface HistoryEntry {
  readonly id: number;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly action: string;
  /** The version that the change made. */
  readonly version: number;
  /** The attributes that changed, as they were; null where nothing was. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Ids of members, at most `HISTORY_MEMBERS_MAX` of each kind. */
  readonly membersAdded: readonly string[];
  readonly membersRemoved: readonly string[];
  /** Who did it: `token:…`, `key:…`. */
  readonly actor: string;
  readonly requestId: string;
  readonly at: Date;
}

export interface HistoryPage {
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after?: string | undefined;
  /** Only the changes of one resource. */
  readonly resourceId?: string | undefined;
}

interface HistoryRow {
  readonly id: number;
  readonly resource_id: string;
  readonly resource_type: string;
  readonly action: string;
  readonly version: number;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly actor: string;
  readonly request_id: string;
  readonly at: Date;
}

/** One change may move a million members; a list shows the first of them. */
export const HISTORY_MEMBERS_MAX = 100;
const PAGE_MAX = 1000;
const ID_FORM = /^\d{1,15}$/;

/** The changes of a tenant, newest first. @throws {Refusal} `invalid-value`: no cursor or no id of ours */
export async function listHistory(
  database: Database,
  tenant: string,
  page: HistoryPage,
): Promise<readonly HistoryEntry[]> {
  const { after, resourceId } = page;
  if (after !== undefined && !ID_FORM.test(after)) refuse('cursor', after);
  if (resourceId !== undefined && !isUuid(resourceId)) refuse('resourceId', resourceId);
  const where = sql`${after === undefined ? raw('') : sql` and h.id < ${Number(after)}`}${
    resourceId === undefined ? raw('') : sql` and h.resource_id = ${resourceId}`
  }`;
  const { rows } = await database.query<HistoryRow>(
    statement(sql`select h.id, h.resource_id, h.resource_type, h.action, h.version, h.before, h.after,
                    ${members(tenant, true)} as added, ${members(tenant, false)} as removed,
                    h.actor, h.request_id, h.at
                  from history h
                  where h.tenant = ${tenant}${where}
                  order by h.id desc limit ${Math.min(page.limit, PAGE_MAX)}`),
  );
  return rows.map(entryFromRow);
}

const members = (tenant: string, added: boolean) =>
  sql`array(select m.member_id from history_member m
            where m.tenant = ${tenant} and m.history_id = h.id and m.added = ${added}
            order by m.member_id limit ${HISTORY_MEMBERS_MAX})`;

function entryFromRow(row: HistoryRow): HistoryEntry {
  return {
    id: row.id,
    resourceId: row.resource_id,
    resourceType: row.resource_type,
    action: row.action,
    version: row.version,
    before: row.before,
    after: row.after,
    membersAdded: row.added,
    membersRemoved: row.removed,
    actor: row.actor,
    requestId: row.request_id,
    at: row.at,
  };
}

function refuse(field: string, value: string): never {
  throw new Refusal('invalid-value', `${field} ${JSON.stringify(value.slice(0, 60))} is none of this list.`, field);
}
