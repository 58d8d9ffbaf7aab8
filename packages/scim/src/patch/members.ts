import { InvalidValueError, MutabilityError } from '../error.ts';
import type { Filter } from '../filter/filter.ts';
import type { FilterSyntax } from '../filter/syntax.ts';
import type { PatchTarget } from '../path/resolve.ts';
import { isList, isObject } from '../resource/is-object.ts';
import { readMembers } from '../resource/members.ts';
import type { Json, Member } from '../resource/resource.ts';
import { showValue } from '../resource/shown-value.ts';
import { tolerates } from '../resource/tolerate.ts';
import type { ValueOptions } from '../resource/value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { foldName } from '../schema/lookup.ts';
import type { Change } from './change.ts';
import { addsNothing } from './single-value.ts';

/**
 * One change to the members of a group. Deltas are applied in their order; none of them needs the members
 * that are there. Ids are as the client wrote them.
 */
export type MemberDelta =
  /** At least one member, each id once. One who is there stays, without an error. */
  | { readonly kind: 'add'; readonly members: readonly Member[] }
  /** At least one id, each once. One who is not there is no error. */
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  /** Those whom a filter selects that is not merely a list of ids. */
  | { readonly kind: 'removeWhere'; readonly filter: Filter }
  | { readonly kind: 'removeAll' }
  /** At least one member, each id once: exactly these remain. */
  | { readonly kind: 'replaceAll'; readonly members: readonly Member[] };

type OpenDelta =
  | { readonly kind: 'add' | 'replaceAll'; readonly members: Map<string, Member> }
  | { readonly kind: 'remove'; readonly ids: Set<string> }
  | { readonly kind: 'removeWhere'; readonly filter: Filter }
  | { readonly kind: 'removeAll' };

/**
 * Collects the deltas of one PATCH. Neighbours of one kind are one delta; what all members are removed or
 * replaced after is dropped, as it leaves no trace.
 */
export class MemberDeltas {
  #deltas: OpenDelta[] = [];

  add(members: readonly Member[]): void {
    if (members.length === 0) return;
    const open = this.#openMembers();
    for (const member of members) if (!open.has(member.value)) open.set(member.value, member);
  }

  remove(ids: readonly string[]): void {
    const last = this.#deltas.at(-1);
    if (ids.length === 0 || last?.kind === 'removeAll') return;
    const open = last?.kind === 'remove' ? last.ids : new Set<string>();
    if (last?.kind !== 'remove') this.#deltas.push({ kind: 'remove', ids: open });
    for (const id of ids) open.add(id);
  }

  removeWhere(filter: Filter): void {
    this.#deltas.push({ kind: 'removeWhere', filter });
  }

  removeAll(): void {
    this.#deltas = [{ kind: 'removeAll' }];
  }

  replaceAll(members: readonly Member[]): void {
    this.removeAll();
    if (members.length === 0) return;
    this.#deltas = [{ kind: 'replaceAll', members: new Map(members.map((member) => [member.value, member])) }];
  }

  close(): readonly MemberDelta[] {
    return this.#deltas.map((delta) => {
      if (delta.kind === 'remove') return { kind: 'remove', ids: [...delta.ids] };
      if (delta.kind === 'removeWhere' || delta.kind === 'removeAll') return delta;
      return { kind: delta.kind, members: [...delta.members.values()] };
    });
  }

  /** Where members that are added now belong: everybody's removal and additions are a replacement. */
  #openMembers(): Map<string, Member> {
    const last = this.#deltas.at(-1);
    if (last?.kind === 'add' || last?.kind === 'replaceAll') return last.members;
    const members = new Map<string, Member>();
    if (last?.kind === 'removeAll') this.#deltas.pop();
    this.#deltas.push({ kind: last?.kind === 'removeAll' ? 'replaceAll' : 'add', members });
    return members;
  }
}

/**
 * Turns an operation on `members` into deltas. Members come and go; what is known of one never changes.
 *
 * @throws {MutabilityError} the operation is on a part of members
 * @throws {InvalidValueError} a member without an id
 * @see RFC 7644 3.5.2, RFC 7643 4.2
 */
export function changeMembers(
  deltas: MemberDeltas,
  target: Exclude<PatchTarget, { kind: 'extension' }>,
  change: Change,
): void {
  const { attribute, subAttribute } = target.attribute;
  if (subAttribute !== undefined || (target.kind === 'elements' && change.op !== 'remove')) {
    throw new MutabilityError(`${change.path} does not change: add members and remove them`);
  }
  if (target.kind === 'elements') removeSelected(deltas, target.filter, target.syntax);
  else if (change.op === 'remove') removeGiven(deltas, attribute, change);
  else if (!addsNothing(change)) writeGiven(deltas, attribute, change);
}

function writeGiven(deltas: MemberDeltas, attribute: Attribute, change: Change): void {
  const members = readGiven(change.value ?? null, attribute, change);
  if (change.op === 'add') deltas.add(members);
  else deltas.replaceAll(members);
}

function removeSelected(deltas: MemberDeltas, filter: Filter, syntax: FilterSyntax): void {
  const ids = idsOf(syntax);
  if (ids === undefined) deltas.removeWhere(filter);
  else deltas.remove(ids);
}

/** The ids that a filter lists, `value eq "1" or value eq "2"`; undefined for any other filter. */
function idsOf(syntax: FilterSyntax): readonly string[] | undefined {
  const terms = syntax.kind === 'or' ? syntax.filters : [syntax];
  const ids = terms.flatMap((term) => {
    if (term.kind !== 'compare' || term.operator !== 'eq' || foldName(term.operand.name.attribute) !== 'value')
      return [];
    const written = term.literal.kind === 'json' ? term.literal.value : term.literal.text;
    return typeof written === 'string' ? [written] : [];
  });
  return ids.length === terms.length ? ids : undefined;
}

/**
 * A value beside `members` in a removal names those to remove. Read literally the standard ignores it and
 * empties the group, which no client that sends one can mean (Entra).
 */
function removeGiven(deltas: MemberDeltas, attribute: Attribute, change: Change): void {
  const { value, path, options } = change;
  if (value === undefined || value === null) {
    deltas.removeAll();
    return;
  }
  if (!tolerates(options.quirks, 'remove-with-value')) {
    throw new InvalidValueError(
      `remove of ${path} has ${showValue(value)} as its value: write ${path}[value eq "…"] as the path`,
    );
  }
  deltas.remove(readGiven(value, attribute, change).map((member) => member.value));
}

function readGiven(value: Json, attribute: Attribute, { path, options }: Change): readonly Member[] {
  const list = isList(value) || value === null ? (value ?? []) : soleMember(value, path, options);
  for (const [index, element] of list.entries()) checkHasId(element, `${path}[${index}]`);
  return readMembers(list, attribute, options);
}

function soleMember(value: Json, path: string, { quirks }: ValueOptions): readonly Json[] {
  if ((isObject(value) || typeof value === 'string') && tolerates(quirks, 'element-as-members')) return [value];
  throw new InvalidValueError(`${path} must be a list, not ${showValue(value)}: put the members in [ ]`);
}

/** A member that says nothing would be passed over as unassigned: whom it meant is lost, so it is refused. */
function checkHasId(element: Json, path: string): void {
  if (!isObject(element)) return;
  const key = Object.keys(element).find((name) => foldName(name) === 'value');
  if (key !== undefined && element[key] !== null) return;
  throw new InvalidValueError(`${path} has no value: give the id of the user or group as its value`);
}
