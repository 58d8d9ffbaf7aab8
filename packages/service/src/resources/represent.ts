import { type Json, type JsonObject, type Projection, project, type ResourceType } from '@rollcall/scim';
import type { Queryable } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { firstMembers, MEMBERS_PER_CHUNK, membersAfter, unresolvedMembers } from '../members/read-members.ts';
import { type ResourceRow, withNestedGroups } from './row.ts';

/** JSON text at once, or in pieces where it is too long for that: a group's members are never all in memory. */
export type JsonText = string | AsyncIterable<string>;

/** A resource type with what of it a request wants to see. */
export interface View {
  readonly type: ResourceType;
  readonly projection: Projection;
}

/** The entity tag of a version. @see RFC 7644 3.14 */
export function entityTag(version: number): string {
  return `W/"${version}"`;
}

/** The address of a resource: made from configuration, never from a request's Host. */
export function locationOf(row: Pick<ResourceRow, 'id'>, type: ResourceType, baseUrl: string): string {
  return `${baseUrl}${type.endpoint}/${row.id}`;
}

/** Whether a view shows the computed `groups` of users. */
export function wantsGroups({ type, projection }: View): boolean {
  return type.name === 'User' && projection.wants('groups');
}

/** The rows as JSON texts, in their order. Members are read only where the view shows them. */
export async function represent(
  db: Queryable,
  context: RequestContext,
  found: readonly ResourceRow[],
  viewOf: (typeName: string) => View,
): Promise<readonly JsonText[]> {
  const rows = await withNestedGroups(db, context, found);
  const groupIds = rows.filter((row) => wantsMembers(row, viewOf(row.type))).map(({ id }) => id);
  const reading = { withDisplay: rows.some((row) => wantsDisplay(viewOf(row.type))) };
  const members = groupIds.length > 0 ? await firstMembers(db, context, groupIds, reading) : new Map();
  const unresolved =
    groupIds.length > 0 && context.policy.unknownMembers === 'keep'
      ? await unresolvedMembers(db, context, groupIds)
      : new Map();
  return rows.map((row) => {
    const view = viewOf(row.type);
    const first = members.get(row.id) ?? [];
    const kept = unresolved.get(row.id) ?? [];
    const open = openDocument(row, view, context.baseUrl);
    if (first.length < MEMBERS_PER_CHUNK) return close(open, [...first, ...kept], view);
    return streamGroup(db, context, row, { open, first, kept, view });
  });
}

const wantsMembers = (row: ResourceRow, { projection }: View): boolean =>
  row.type === 'Group' && projection.wants('members');

/** A member's name is returned on request only: by default no row of a member's own is read. */
function wantsDisplay({ projection }: View): boolean {
  const named = projection.names.get('members');
  return projection.mode === 'only' && named instanceof Map && named.has('display');
}

/** The document without members and without its closing brace. */
function openDocument(row: ResourceRow, { type, projection }: View, baseUrl: string): string {
  const meta = metaOf(row, type, baseUrl);
  if (projection.mode === 'default') {
    const groups = row.groups === null ? '' : `,"groups":${row.groups}`;
    return `{"id":"${row.id}",${row.data.slice(1, -1)}${groups},"meta":${JSON.stringify(meta)}`;
  }
  const groups: Json = row.groups === null ? [] : JSON.parse(row.groups);
  const whole = { id: row.id, ...JSON.parse(row.data), ...(row.groups !== null && { groups }), meta };
  return JSON.stringify(project(whole, projection)).slice(0, -1);
}

function metaOf(row: ResourceRow, type: ResourceType, baseUrl: string): JsonObject {
  return {
    resourceType: type.name,
    created: row.created.toISOString(),
    lastModified: row.modified.toISOString(),
    location: locationOf(row, type, baseUrl),
    version: entityTag(row.version),
  };
}

function close(open: string, members: readonly JsonObject[], view: View): string {
  return members.length === 0 ? `${open}}` : `${open},"members":[${memberTexts(members, view)}]}`;
}

function memberTexts(members: readonly JsonObject[], { projection }: View): string {
  if (projection.mode === 'default') return JSON.stringify(members).slice(1, -1);
  const shown = project({ members }, projection).members;
  return JSON.stringify(shown ?? []).slice(1, -1);
}

async function* streamGroup(
  db: Queryable,
  context: RequestContext,
  row: ResourceRow,
  parts: {
    readonly open: string;
    readonly first: readonly JsonObject[];
    readonly kept: readonly JsonObject[];
    readonly view: View;
  },
): AsyncGenerator<string> {
  yield `${parts.open},"members":[${memberTexts([...parts.kept, ...parts.first], parts.view)}`;
  const reading = { after: String(parts.first.at(-1)?.value ?? ''), withDisplay: wantsDisplay(parts.view) };
  for await (const chunk of membersAfter(db, context, row.id, reading)) yield `,${memberTexts(chunk, parts.view)}`;
  yield ']}';
}

/** Texts with commas between them: one text where all are at hand, else in pieces. */
export function joinTexts(head: string, texts: readonly JsonText[], tail: string): JsonText {
  if (texts.every((text) => typeof text === 'string')) return `${head}${texts.join(',')}${tail}`;
  return pieces(head, texts, tail);
}

async function* pieces(head: string, texts: readonly JsonText[], tail: string): AsyncGenerator<string> {
  yield head;
  for (const [index, text] of texts.entries()) {
    if (index > 0) yield ',';
    if (typeof text === 'string') yield text;
    else yield* text;
  }
  yield tail;
}
