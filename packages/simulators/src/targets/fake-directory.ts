import { applyFakePatch, type FakeResource } from './fake-patch.ts';

/** A refusal of the target, with its HTTP status. */
export class FakeRefusal extends Error {
  override readonly name = 'FakeRefusal';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export type FakeType = 'Users' | 'Groups';

const FILTER = /^(?<attribute>[\w.$:-]+)\s+eq\s+"(?<value>(?:[^"\\]|\\.)*)"$/i;
/** Attributes that this target compares without regard to case. */
const CASELESS = new Set(['username', 'displayname']);

/** What a target holds: users and groups by id, members as sets. */
export class FakeDirectory {
  readonly users = new Map<string, FakeResource>();
  readonly groups = new Map<string, FakeResource>();
  readonly members = new Map<string, Set<string>>();
  #created = 0;

  /** @throws {FakeRefusal} 409 when another user has the userName */
  create(type: FakeType, body: Record<string, unknown>): FakeResource {
    if (type === 'Users') this.#refuseTaken(body.userName, undefined);
    this.#created += 1;
    const { members, ...attributes } = body;
    const resource = { ...attributes, id: `${type === 'Users' ? 'u' : 'g'}-${this.#created}` };
    this.#of(type).set(resource.id, resource);
    if (type === 'Groups') this.members.set(resource.id, new Set(memberIds(members)));
    return resource;
  }

  /** @throws {FakeRefusal} 404 when there is none */
  get(type: FakeType, id: string): FakeResource {
    const resource = this.#of(type).get(id);
    if (resource === undefined) throw new FakeRefusal(404, `${type} has no ${id}`);
    return resource;
  }

  find(type: FakeType, filter: string | null): readonly FakeResource[] {
    const all = [...this.#of(type).values()];
    if (filter === null) return all;
    const groups = FILTER.exec(filter)?.groups;
    if (groups === undefined) throw new FakeRefusal(400, `this target knows eq alone, not ${filter}`);
    const attribute = (groups.attribute ?? '').toLowerCase();
    const value = JSON.parse(`"${groups.value}"`) as string;
    return all.filter((resource) => equals(attribute, attributeOf(resource, attribute), value));
  }

  /** @throws {FakeRefusal} 400 for an unknown member or operation, 404, 409 */
  patch(type: FakeType, id: string, body: unknown, loseMembers: boolean): FakeResource {
    const current = this.get(type, id);
    const { resource, added, removed } = applyFakePatch(current, body);
    this.#refuseUnknown(added);
    if (type === 'Users') this.#refuseTaken(resource.userName, id);
    this.#of(type).set(id, resource);
    if (!loseMembers) this.#changeMembers(id, added, removed);
    return resource;
  }

  delete(type: FakeType, id: string): void {
    this.get(type, id);
    this.#of(type).delete(id);
    this.members.delete(id);
    for (const members of this.members.values()) members.delete(id);
  }

  #of(type: FakeType): Map<string, FakeResource> {
    return type === 'Users' ? this.users : this.groups;
  }

  #changeMembers(id: string, added: readonly string[], removed: readonly string[]): void {
    const members = this.members.get(id);
    if (members === undefined) return;
    for (const member of removed) members.delete(member);
    for (const member of added) members.add(member);
  }

  #refuseUnknown(ids: readonly string[]): void {
    const unknown = ids.find((id) => !this.users.has(id) && !this.groups.has(id));
    if (unknown !== undefined) throw new FakeRefusal(400, `there is no member ${unknown}`);
  }

  #refuseTaken(userName: unknown, exceptId: string | undefined): void {
    const folded = String(userName).toLowerCase();
    for (const user of this.users.values()) {
      if (user.id === exceptId || String(user.userName).toLowerCase() !== folded) continue;
      throw new FakeRefusal(409, `userName ${folded} is taken by ${user.id}`);
    }
  }
}

function attributeOf(resource: FakeResource, attribute: string): unknown {
  return Object.entries(resource).find(([name]) => name.toLowerCase() === attribute)?.[1];
}

function equals(attribute: string, present: unknown, wanted: string): boolean {
  if (typeof present !== 'string') return false;
  return CASELESS.has(attribute) ? present.toLowerCase() === wanted.toLowerCase() : present === wanted;
}

/** Ids of members as a body lists them. */
export function memberIds(members: unknown): readonly string[] {
  if (!Array.isArray(members)) return [];
  return members.map((member: { value?: unknown }) => String(member.value));
}
