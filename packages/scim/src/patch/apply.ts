import { InvalidValueError, MutabilityError } from '../error.ts';
import { type PatchTarget, resolvePath } from '../path/resolve.ts';
import type { QuirkUse } from '../quirk.ts';
import type { Json, JsonObject, Resource } from '../resource/resource.ts';
import { tolerates } from '../resource/tolerate.ts';
import { normaliseValue, type ValueOptions } from '../resource/value.ts';
import type { ScimSchema } from '../schema/attribute.ts';
import { findAttribute, type ResolvedAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import type { Change } from './change.ts';
import { PatchDraft, type PatchResult } from './draft.ts';
import { nextElements } from './element-list.ts';
import { changeMembers } from './members.ts';
import { checkImmutable, checkWritable, isReadOnly } from './mutability.ts';
import { inOperation } from './operation-error.ts';
import type { PatchOperation, PatchOperationName } from './patch-operation.ts';
import { readAttributes, resolveExtensionKey, resolveKey } from './pathless.ts';
import { nextParent, nextSingle } from './single-value.ts';
import { nextList } from './value-list.ts';
import { WorkBudget } from './work-budget.ts';

/** What a PATCH is applied to, and by which rules. */
export interface PatchInput {
  /** In stored form. Members are neither read from it nor written to it. */
  readonly resource: Resource;
  readonly type: ResourceType;
  readonly operations: readonly PatchOperation[];
  readonly quirks: QuirkUse;
  /** What becomes of an unknown name in a value; an unknown name in a path is always refused. */
  readonly unknownAttributes: 'ignore' | 'refuse';
}

type AttributeTarget = Exclude<PatchTarget, { kind: 'extension' }>;

interface Work {
  readonly draft: PatchDraft;
  readonly options: ValueOptions;
  readonly budget: WorkBudget;
}

/** An operation without the path that was resolved already. */
interface Given {
  readonly op: PatchOperationName;
  readonly value: Json | undefined;
}

/**
 * Applies the operations of a PATCH in order and says what they come to. All of them hold, or the call
 * throws; the resource that was given is never written into.
 *
 * @throws {ScimError} an operation is refused; the message begins with its place in `Operations`
 * @see RFC 7644 3.5.2
 */
export function applyPatch({ resource, type, operations, quirks, unknownAttributes }: PatchInput): PatchResult {
  const work: Work = {
    draft: new PatchDraft(resource, type),
    options: { quirks, unknownAttributes },
    budget: new WorkBudget(),
  };
  for (const [index, operation] of operations.entries()) inOperation(index, () => applyOperation(operation, work));
  return work.draft.close();
}

function applyOperation({ op, path, value }: PatchOperation, work: Work): void {
  if (path === undefined) {
    applyPathless(op, readAttributes(value, `${op} without a path`), work);
    return;
  }
  const target = resolvePath(path, work.draft.type, work.options.quirks);
  if (target.kind === 'attribute' || target.kind === 'elements') checkWritable(target.attribute);
  applyToTarget(target, { op, value }, work);
}

function applyPathless(op: PatchOperationName, attributes: JsonObject, work: Work): void {
  for (const [key, value] of Object.entries(attributes)) {
    const target = resolveKey(key, work.draft.type, work.options);
    if (target !== undefined) applyNamed(target, { op, value }, work);
  }
}

function applyToTarget(target: PatchTarget, given: Given, work: Work): void {
  if (target.kind === 'extension') applyToExtension(target.schema, given, work);
  else applyToAttribute(target, given, work);
}

function applyToExtension(schema: ScimSchema, { op, value }: Given, work: Work): void {
  if (op === 'remove' || (op === 'replace' && value === null)) {
    removeExtension(schema, work);
    return;
  }
  for (const [key, element] of Object.entries(readAttributes(value, schema.id))) {
    const target = resolveExtensionKey(key, schema, work.draft.type, work.options);
    if (target !== undefined) applyNamed(target, { op, value: element }, work);
  }
}

function removeExtension({ id, attributes }: ScimSchema, work: Work): void {
  for (const { name, mutability } of attributes) {
    const attribute = findAttribute(work.draft.type, { urn: id, attribute: name });
    if (attribute === undefined || mutability === 'readOnly') continue;
    applyToAttribute({ kind: 'attribute', attribute }, { op: 'remove', value: undefined }, work);
  }
}

/** A name inside a value. What is read-only there came along with the rest and was not asked for (Okta). */
function applyNamed(target: PatchTarget, given: Given, work: Work): void {
  if (target.kind !== 'extension') {
    const { attribute } = target;
    if (isReadOnly(attribute) && tolerates(work.options.quirks, 'read-only-ignored')) return;
    checkWritable(attribute);
    if (given.value === null && work.draft.holdsMembers(attribute)) {
      ignoreNullMembers(work.options.quirks);
      return;
    }
  }
  applyToTarget(target, given, work);
}

/** Beside other attributes null may be a serializer's word for "not said"; an empty list is the way to empty a group. */
function ignoreNullMembers(quirks: QuirkUse): void {
  if (tolerates(quirks, 'null-as-absent')) return;
  throw new InvalidValueError('members is null: leave it out, or send [] to remove all members');
}

function applyToAttribute(target: AttributeTarget, { op, value }: Given, { draft, options, budget }: Work): void {
  const { attribute, extension, leaf, path } = target.attribute;
  const change: Change = { op, value, path, options, budget };
  if (!extension && attribute.name === 'schemas') checkSchemasChange(target.attribute, change);
  else if (draft.holdsMembers(target.attribute)) changeMembers(draft.members, target, change);
  else if (leaf.mutability === 'writeOnly') checkSecret(target.attribute, change);
  else changeValue(target, change, draft);
}

function changeValue(target: AttributeTarget, change: Change, draft: PatchDraft): void {
  const before = draft.get(target.attribute);
  const after = nextValue(before, target, change);
  const { attribute } = target.attribute;
  checkImmutable(attribute, { before, after, path: attribute.name });
  draft.set(target.attribute, after);
}

function nextValue(before: Json | undefined, target: AttributeTarget, change: Change): Json | undefined {
  const { attribute, subAttribute } = target.attribute;
  if (attribute.multiValued) {
    if (target.kind === 'attribute' && subAttribute === undefined)
      return nextList(before as readonly Json[], attribute, change);
    const where = target.kind === 'elements' ? { where: target } : {};
    return nextElements(
      before as readonly JsonObject[],
      { attribute, ...(subAttribute && { subAttribute }), ...where },
      change,
    );
  }
  if (subAttribute === undefined) return nextSingle(before, attribute, change);
  return nextParent(before as JsonObject | undefined, attribute, subAttribute, change);
}

/**
 * `schemas` follows from the attributes that a resource holds: a list of URNs is accepted and changes
 * nothing, and there is nothing to remove.
 */
function checkSchemasChange({ attribute, path }: ResolvedAttribute, { op, value = null, options }: Change): void {
  if (op === 'remove') throw new MutabilityError(`${path} follows from the attributes in use: remove those`);
  normaliseValue(value, attribute, path, options);
}

/** A password is checked and forgotten: there is no sign-in by it here. @see RFC 7643 7 (writeOnly) */
function checkSecret({ leaf, path }: ResolvedAttribute, { op, value = null, options }: Change): void {
  if (op !== 'remove') normaliseValue(value, leaf, path, options);
}
