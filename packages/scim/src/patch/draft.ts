import { checkResource, schemasInUse } from '../resource/check.ts';
import { membersAttribute } from '../resource/members.ts';
import type { Json, JsonObject, Resource } from '../resource/resource.ts';
import type { ResolvedAttribute } from '../schema/lookup.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { withName } from './change.ts';
import { type MemberDelta, MemberDeltas } from './members.ts';
import { sameJson } from './same-json.ts';

/** What became of one attribute of a resource, or of one extension as a whole. */
export interface AttributeChange {
  /** The attribute's canonical name, or the extension's URN. Never `schemas`, which follows from the rest. */
  readonly attribute: string;
  /** Absent: unassigned. */
  readonly before?: Json;
  readonly after?: Json;
}

/** What a PATCH comes to. */
export interface PatchResult {
  /** The same object as was given when nothing changed. */
  readonly resource: Resource;
  /** Empty when nothing changed. */
  readonly changes: readonly AttributeChange[];
  /** In order. Empty for types without members. */
  readonly members: readonly MemberDelta[];
}

/** A resource that a PATCH is being applied to. Values are replaced, never written into. */
export class PatchDraft {
  readonly type: ResourceType;
  readonly members = new MemberDeltas();
  readonly #before: Resource;
  #after: JsonObject;

  constructor(resource: Resource, type: ResourceType) {
    this.type = type;
    this.#before = resource;
    this.#after = resource;
  }

  get({ schema, extension, attribute }: ResolvedAttribute): Json | undefined {
    const holder = extension ? (this.#after[schema.id] as JsonObject | undefined) : this.#after;
    return holder?.[attribute.name];
  }

  set(resolved: ResolvedAttribute, value: Json | undefined): void {
    const { schema, extension, attribute } = resolved;
    if (sameJson(this.get(resolved), value)) return;
    const after = extension
      ? withName(
          this.#after,
          schema.id,
          withName(this.#after[schema.id] as JsonObject | undefined, attribute.name, value),
        )
      : withName(this.#after, attribute.name, value);
    this.#after = after ?? {};
  }

  /** Whether an attribute is the list of members, which is not in the resource. */
  holdsMembers({ extension, attribute }: ResolvedAttribute): boolean {
    return !extension && attribute === membersAttribute(this.type);
  }

  /**
   * Checks the whole and says what changed.
   *
   * @throws {InvalidValueError} an attribute that the schema requires is unassigned
   */
  close(): PatchResult {
    const changes = changesBetween(this.#before, this.#after);
    const members = this.members.close();
    if (changes.length === 0) return { resource: this.#before, changes, members };
    checkResource(this.#after, this.type);
    return { resource: { ...this.#after, schemas: schemasInUse(this.#after, this.type) }, changes, members };
  }
}

function changesBetween(before: JsonObject, after: JsonObject): readonly AttributeChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const change = { attribute: name, ...given('before', before[name]), ...given('after', after[name]) };
    return name === 'schemas' || sameJson(before[name], after[name]) ? [] : [change];
  });
}

function given(side: 'before' | 'after', value: Json | undefined): Partial<AttributeChange> {
  return value === undefined ? {} : { [side]: value };
}
