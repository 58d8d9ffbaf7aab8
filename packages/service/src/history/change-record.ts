import { type JsonObject, sameJson } from '@rollcall/scim';
import { type Fragment, raw, sql } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';

/** What a history row says was done. */
export type ChangeAction = 'created' | 'updated' | 'deleted' | 'connected' | 'disconnected' | 'members' | 'restored';

/** The top-level attributes that a change touched, before and after it; absent where they had no value. */
export interface ChangeValues {
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** A change, by the row of the `WITH` list that it was made in; `document` stands for that row's `data`. */
export interface ChangeToRecord {
  readonly changed: string;
  readonly action: ChangeAction;
  readonly before: JsonObject | null | 'document';
  readonly after: JsonObject | null | 'document';
}

/**
 * The two rows that stand beside every change, as parts of the `WITH` list of the statement that makes
 * it: `logged` in `history` and `published` in `outbox`. Both are written exactly when `changed` (a name
 * from the same list, with the columns id, type and version) has a row, in the same statement.
 */
export function recordChange(context: RequestContext, change: ChangeToRecord): Fragment {
  const { actor, requestId, now } = context;
  return sql`logged AS (
    INSERT INTO history (tenant, resource_id, resource_type, action, version, before, after, actor, request_id, at)
    SELECT c.tenant, c.id, c.type, ${change.action}::text, c.version, ${side(change.before)}, ${side(change.after)},
      ${actor}::text, ${requestId}::text, ${now}::timestamptz
    FROM ${raw(change.changed)} c
    RETURNING tenant, id, resource_id, resource_type, at
  ), published AS (
    INSERT INTO outbox (tenant, history_id, event, resource_id, at)
    SELECT l.tenant, l.id, lower_type.name || ${`.${change.action}`}::text, l.resource_id, l.at
    FROM logged l, LATERAL (SELECT CASE l.resource_type WHEN 'User' THEN 'user' ELSE 'group' END) AS lower_type(name)
  )`;
}

/** The whole document is taken from the column where it stands: it need not be sent twice. */
function side(value: JsonObject | null | 'document'): Fragment {
  if (value === 'document') return raw('c.data');
  return value === null ? raw('NULL::json') : sql`${JSON.stringify(value)}::json`;
}

/** The attributes in which two documents differ, whatever the order in which a client wrote their parts. */
export function changedValues(before: JsonObject, after: JsonObject): ChangeValues | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !sameJson(before[name], after[name]));
  if (changed.length === 0) return undefined;
  return { before: pick(before, changed), after: pick(after, changed) };
}

function pick(document: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (name in document ? [[name, document[name] ?? null]] : [])));
}
