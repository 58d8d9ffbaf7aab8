import type { EvaluationContext } from '@rollcall/expressions';
import {
  type AttributeChange,
  buildCreate,
  buildDelete,
  buildUpdate,
  type TargetObject,
  type TargetProfile,
} from '@rollcall/targets';
import type { MatchingValue, OperationDraft, OperationFailure, OperationKind } from '../ledger/operation.ts';
import type { CompiledObjectMapping } from '../map/compile-schema.ts';
import { createAttributes, type MappedValues, mapObject, toSourceRecord } from '../map/map-object.ts';
import { MappingError, type TargetValue } from '../map/target-value.ts';
import { readMappedValues } from '../match/target-attribute.ts';
import { isSoftDeleted } from '../scope/is-soft-deleted.ts';
import type { ObjectLink, ScopedObject } from '../scope/scoped-object.ts';
import { applyChanges, findDifferences, type SentValues } from './differences.ts';

/** What happens to an object that leaves scope while the source still has it. */
export type OutOfScopePolicy = 'disable' | 'delete' | 'leave';

/** All that a plan depends on besides the object itself. */
export interface PlanContext {
  readonly mapping: CompiledObjectMapping;
  readonly profile: TargetProfile;
  readonly outOfScope: OutOfScopePolicy;
  readonly evaluation: EvaluationContext;
}

/**
 * - `skip`: nothing is to be done.
 * - `draft`: this is to be done.
 * - `match`: the target must be asked first whether it has the object.
 * - `fail`: the object cannot be brought to the target as it is.
 */
export type Decision =
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'draft'; readonly draft: OperationDraft }
  | { readonly kind: 'match'; readonly values: MappedValues; readonly keys: readonly MatchingValue[] }
  | { readonly kind: 'fail'; readonly attempted: OperationKind; readonly failure: OperationFailure };

/** @see Entra: "Analyze provisioning logs", skip reasons */
export type SkipReason = 'EntrySynchronizationSkipped' | 'ImportSkipped' | 'RedundantExport' | 'SourceReadIncomplete';

/** Decides what one object needs, without asking anybody. */
export function planObject(object: ScopedObject, context: PlanContext): Decision {
  try {
    return object.link === null ? planUnlinked(object, context) : planLinked(object, object.link, context);
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    return failed(object.link === null ? 'create' : 'update', error);
  }
}

/** A source object that was never provisioned: one that is disabled, in the recycle bin or out of scope never is. */
function planUnlinked(object: ScopedObject, context: PlanContext): Decision {
  if (softDeleted(object)) return skip('EntrySynchronizationSkipped');
  const values = mapScoped(object, context);
  const keys = matchingValues(context.mapping, values);
  return keys.length === 0 ? skip('ImportSkipped') : { kind: 'match', values, keys };
}

function planLinked(object: ScopedObject, link: ObjectLink, context: PlanContext): Decision {
  const leaving = object.gone || !object.inScope;
  if (leaving && link.state === 'unmanaged') return skip('EntrySynchronizationSkipped');
  if (leaving && isDeleted(object, context)) return draft(deletion(object, link));
  if (leaving && !object.gone && context.outOfScope === 'leave') return draft(unsent('release', object, link));
  const changes = context.mapping.update
    ? findDifferences(context.mapping.attributes, mapScoped(object, context), link.sent)
    : [];
  if (changes.length > 0) return draft(change(object, link, changes, leaving, context));
  if ((link.state === 'unmanaged') === leaving) return skip('RedundantExport');
  return draft(unsent(leaving ? 'release' : 'link', object, link));
}

function isDeleted(object: ScopedObject, { mapping, outOfScope }: PlanContext): boolean {
  return mapping.delete && (object.gone || outOfScope === 'delete');
}

/** Plans an object that the target has: the link, and what differs. */
export function planMatched(
  object: ScopedObject,
  values: MappedValues,
  found: TargetObject,
  context: PlanContext,
): OperationDraft {
  const link: ObjectLink = {
    targetId: found.id,
    state: 'managed',
    sent: readMappedValues(found, context.mapping.attributes),
  };
  const changes = context.mapping.update ? findDifferences(context.mapping.attributes, values, link.sent) : [];
  const planned = changes.length === 0 ? unsent('link', object, link) : change(object, link, changes, false, context);
  return { ...planned, claim: `id:${found.id}` };
}

/** Plans an object that the target lacks. */
export function planUnmatched(
  object: ScopedObject,
  values: MappedValues,
  keys: readonly MatchingValue[],
  { mapping, profile }: PlanContext,
): Decision {
  if (!mapping.create) return skip('EntrySynchronizationSkipped');
  try {
    const attributes = createAttributes(mapping, values);
    const key = keys[0] ?? null;
    return draft({
      ...bare('create', object),
      request: buildCreate(object.type, attributes, profile),
      matchedBy: key,
      claim: key === null ? null : `key:${key.attribute.toLowerCase()}=${key.value}`,
      sent: attributes,
      linkState: 'managed',
    });
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    return failed('create', error);
  }
}

function deletion(object: ScopedObject, link: ObjectLink): OperationDraft {
  return {
    ...bare('delete', object),
    targetId: link.targetId,
    request: buildDelete(object.type, link.targetId),
    before: link.sent,
    linkState: 'removed',
  };
}

function change(
  object: ScopedObject,
  link: ObjectLink,
  changes: readonly AttributeChange[],
  leaving: boolean,
  { mapping, profile }: PlanContext,
): OperationDraft {
  return {
    ...bare(kindOfChange(object, changes, mapping), object),
    targetId: link.targetId,
    request: buildUpdate(object.type, link.targetId, changes, profile, { current: link.sent }),
    before: valuesBefore(changes),
    sent: applyChanges(link.sent, changes),
    linkState: leaving ? 'unmanaged' : 'managed',
  };
}

function unsent(kind: 'link' | 'release', object: ScopedObject, link: ObjectLink): OperationDraft {
  const linkState = kind === 'link' ? 'managed' : 'unmanaged';
  return { ...bare(kind, object), targetId: link.targetId, sent: link.sent, linkState };
}

function bare(kind: OperationKind, { type, id }: ScopedObject): OperationDraft {
  return {
    kind,
    objectType: type,
    sourceObjectId: id,
    targetId: null,
    request: null,
    matchedBy: null,
    claim: null,
    before: null,
    sent: null,
    linkState: null,
    members: null,
  };
}

/** An update that turns the account off or on counts as such, whichever mapping brings it about. */
function kindOfChange(
  object: ScopedObject,
  changes: readonly AttributeChange[],
  { attributes }: CompiledObjectMapping,
): 'update' | 'disable' | 'enable' {
  const decisive = changes.find(({ attribute }) => {
    const mapping = attributes.find(({ target }) => target === attribute);
    return attribute.toLowerCase() === 'active' || mapping?.followsSoftDeleted === true;
  });
  if (decisive === undefined) return 'update';
  if (decisive.value === false || softDeleted(object)) return 'disable';
  return decisive.previous === undefined ? 'update' : 'enable';
}

function valuesBefore(changes: readonly AttributeChange[]): SentValues {
  const before: Record<string, TargetValue> = {};
  for (const { attribute, previous } of changes) {
    if (previous !== undefined) before[attribute] = previous as TargetValue;
  }
  return before;
}

function mapScoped(object: ScopedObject, { mapping, evaluation }: PlanContext): MappedValues {
  return mapObject(mapping, toSourceRecord(object, softDeleted(object), mapping.sourceNames), evaluation);
}

function softDeleted(object: ScopedObject): boolean {
  return isSoftDeleted({ ...object, accountEnabled: object.attributes.accountEnabled });
}

/** The matching values of an object in order of precedence; those that are empty match nothing. */
function matchingValues({ matching, attributes }: CompiledObjectMapping, values: MappedValues): MatchingValue[] {
  return matching.flatMap((index) => {
    const attribute = attributes[index]?.target;
    const value = values[index];
    const empty = value === undefined || value === null || value === '';
    return attribute === undefined || empty ? [] : [{ attribute, value: String(value) }];
  });
}

function failed(attempted: OperationKind, { code, message }: MappingError): Decision {
  return { kind: 'fail', attempted, failure: { kind: 'failed', code, detail: message } };
}

/** The row of an object that failed before anything could be sent. */
export function failedDraft(object: ScopedObject, attempted: OperationKind): OperationDraft {
  return { ...bare(attempted, object), targetId: object.link?.targetId ?? null };
}

const skip = (reason: SkipReason): Decision => ({ kind: 'skip', reason });
const draft = (value: OperationDraft): Decision => ({ kind: 'draft', draft: value });
