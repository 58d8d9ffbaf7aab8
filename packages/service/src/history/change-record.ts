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

/**
 * The two rows that stand beside every change, as parts of the `WITH` list of the statement that makes
 * it: `logged` in `history` and `published` in `outbox`. Both are written exactly when `changed` (a name
 * from the same list, with the columns id, type and version) has a row, in the same statement.
 */
export function recordChange(
  context: RequestContext,
  change: { readonly changed: string; readonly action: ChangeAction } & ChangeValues,
): Fragment {
  const { actor, requestId, now } = context;
  return sql`logged AS (
    INSERT INTO history (tenant, resource_id, resource_type, action, version, before, after, actor, request_id, at)
    SELECT c.tenant, c.id, c.type, ${change.action}::text, c.version, ${json(change.before)}::json, ${json(change.after)}::json,
      ${actor}::text, ${requestId}::text, ${now}::timestamptz
    FROM ${raw(change.changed)} c
    RETURNING tenant, id, resource_id, resource_type, at
  ), published AS (
    INSERT INTO outbox (tenant, history_id, event, resource_id, at)
    SELECT l.tenant, l.id, lower_type.name || ${`.${change.action}`}::text, l.resource_id, l.at
    FROM logged l, LATERAL (SELECT CASE l.resource_type WHEN 'User' THEN 'user' ELSE 'group' END) AS lower_type(name)
  )`;
}

const json = (value: JsonObject | null): string | null => (value === null ? null : JSON.stringify(value));

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
