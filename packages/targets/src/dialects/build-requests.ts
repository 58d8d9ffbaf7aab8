import { ENTERPRISE_USER_SCHEMA } from '@rollcall/scim';
import type { AttributeChange, TargetProfile, TargetRequest, TargetResourceType } from '../target.ts';
import { placeAttribute } from './create-body.ts';
import type { DialectOperation, MemberIds, TargetChange } from './dialect-rules.ts';
import { DIALECTS } from './dialects.ts';
import { parseTargetAttribute, type TargetAttribute } from './target-attribute.ts';
import { isReference, targetValue } from './target-value.ts';

export const PATCH_OP_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** What the change of one object is made of, beside the changes themselves. */
export interface BuildUpdateOptions {
  /**
   * What the target is believed to have now, by target attribute, all of it. With it an element such as the
   * work address is known to exist when only another part of it changes, and to be gone when its last
   * mapped part is cleared; without it, only `previous` tells.
   */
  readonly current?: Readonly<Record<string, unknown>>;
  /** The tenant URL without a slash at its end, for `$ref` in Entra's legacy form of a manager. */
  readonly baseUrl?: string;
}

/**
 * Builds the creation of a resource from values by target attribute. Attributes without a value are left
 * out. Members do not belong here: see `buildMemberChange`.
 *
 * @throws {InvalidTargetAttributeError} an attribute cannot be written, or two exclude each other
 * @see RFC 7644 3.3
 */
export function buildCreate(
  type: TargetResourceType,
  attributes: Readonly<Record<string, unknown>>,
  profile: TargetProfile,
): TargetRequest {
  const rules = DIALECTS[profile.dialect];
  const content: Record<string, unknown> = {};
  const extensions = new Set<string>();
  for (const [name, mapped] of Object.entries(attributes)) {
    const target = parseTargetAttribute(type, name);
    const value = targetValue(target, mapped);
    if (value === undefined) continue;
    placeAttribute(content, target, value);
    if (target.extension !== undefined) extensions.add(target.extension);
  }
  const listed = [...extensions].filter((urn) => !rules.entraCreate || urn === ENTERPRISE_USER_SCHEMA.id);
  const schemas = [`urn:ietf:params:scim:schemas:core:2.0:${type}`, ...rules.extraSchemas(type), ...listed];
  const meta = rules.entraCreate ? { meta: { resourceType: type } } : {};
  return { method: 'POST', path: `/${type}s`, body: { schemas, ...content, ...meta } };
}

/**
 * Builds the PATCH that makes the changes, and nothing else. An account is disabled by a change of `active`.
 *
 * @throws {TypeError} there is no change, or none that the target could notice
 * @throws {InvalidTargetAttributeError} an attribute cannot be written
 * @see RFC 7644 3.5.2
 */
export function buildUpdate(
  type: TargetResourceType,
  id: string,
  changes: readonly AttributeChange[],
  profile: TargetProfile,
  options: BuildUpdateOptions = {},
): TargetRequest {
  if (changes.length === 0) throw new TypeError(`an update of ${type} ${id} needs at least one change`);
  const { baseUrl } = options;
  const operations = DIALECTS[profile.dialect].operations(targetChanges(type, changes, options.current), {
    type,
    id,
    ...(baseUrl !== undefined && { userUrl: (userId: string) => `${baseUrl}/Users/${encodeURIComponent(userId)}` }),
  });
  if (operations.length === 0) throw new TypeError(`an update of ${type} ${id} clears only what is not there`);
  return patch(resourcePath(type, id), operations);
}

/**
 * Builds the requests that add and remove members, removals first, each with at most as many members as
 * the target takes. No change gives no request.
 */
export function buildMemberChange(
  groupId: string,
  members: MemberIds,
  profile: TargetProfile,
): readonly TargetRequest[] {
  const rules = DIALECTS[profile.dialect];
  return memberChunks(members, profile.membersPerRequestMax).map((chunk) =>
    patch(resourcePath('Group', groupId), rules.memberOperations(chunk)),
  );
}

/** Builds the deletion of a resource. @see RFC 7644 3.6 */
export function buildDelete(type: TargetResourceType, id: string): TargetRequest {
  return { method: 'DELETE', path: resourcePath(type, id) };
}

/** The path of one resource below the tenant URL. */
export function resourcePath(type: TargetResourceType, id: string): string {
  return `/${type}s/${encodeURIComponent(id)}`;
}

function patch(path: string, operations: readonly DialectOperation[]): TargetRequest {
  return { method: 'PATCH', path, body: { schemas: [PATCH_OP_SCHEMA], Operations: operations } };
}

function* pieces<T>(items: readonly T[], sizeMax: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += sizeMax) yield items.slice(start, start + sizeMax);
}

function memberChunks({ add, remove }: MemberIds, sizeMax: number): readonly MemberIds[] {
  const steps = [...remove.map((id) => ({ id, adds: false })), ...add.map((id) => ({ id, adds: true }))];
  return [...pieces(steps, sizeMax)].map((chunk) => ({
    add: chunk.filter((step) => step.adds).map((step) => step.id),
    remove: chunk.filter((step) => !step.adds).map((step) => step.id),
  }));
}

function targetChanges(
  type: TargetResourceType,
  changes: readonly AttributeChange[],
  current: BuildUpdateOptions['current'],
): readonly TargetChange[] {
  const before = new Set<string>();
  const after = new Set<string>();
  for (const [name, value] of Object.entries(current ?? {})) {
    if (isAssigned(value)) before.add(parseTargetAttribute(type, name).path);
  }
  for (const path of before) after.add(path);
  const parsed = changes.map((change) => ({ change, target: parseTargetAttribute(type, change.attribute) }));
  for (const { change, target } of parsed) {
    if (isAssigned(change.previous)) before.add(target.path);
    if (isAssigned(change.value)) after.add(target.path);
    else after.delete(target.path);
  }
  return parsed.map(({ change, target }) => ({
    target,
    kind: kindOf(target),
    value: targetValue(target, change.value),
    assigned: before.has(target.path),
    elementExists: hasElement(before, target),
    // An element without its value is nothing; of other parts only the caller can know that they were all.
    elementRemains: hasElement(after, target) || (!current && (target.subAttribute ?? 'value') !== 'value'),
  }));
}

function kindOf(target: TargetAttribute): TargetChange['kind'] {
  if (target.selector) return 'element';
  return isReference(target) ? 'reference' : 'simple';
}

function hasElement(paths: ReadonlySet<string>, { path, selector }: TargetAttribute): boolean {
  if (!selector) return false;
  const element = path.slice(0, path.lastIndexOf(']') + 1);
  return [...paths].some((other) => other.startsWith(element));
}

function isAssigned(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
