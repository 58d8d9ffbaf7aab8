import type { SeededRandom } from '../support/seeded-random.ts';
import { groupState, type Step, userState } from './cells.ts';
import type { Client, Write } from './client.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Groups that users of all clients are in. */
export const SHARED_GROUPS = ['shared-1', 'shared-2'] as const;

const USERS_MAX = 24;
const USERS_MIN = 8;
const GROUPS_MAX = 4;

export interface Planning {
  readonly client: Client;
  readonly random: SeededRandom;
  /** The number of this write, which it leaves in what it touches. */
  readonly mark: string;
  /** Ids of the shared groups, by name. */
  readonly sharedIds: ReadonlyMap<string, string>;
}

type Plan = (planning: Planning) => Write | undefined;

const PLANS: readonly (readonly [weight: number, plan: Plan])[] = [
  [5, createUser],
  [5, patchUser],
  [2, putUser],
  [3, deleteUser],
  [3, createGroup],
  [4, patchGroup],
  [4, addMember],
  [3, removeMember],
  [4, joinShared],
  [3, leaveShared],
  [1, joinSharedAgain],
  [1, deleteGroup],
  [3, bulk],
  [1.2, createToken],
  [0.8, revokeToken],
];

/** The next write of a client, of any kind that suits what it owns. */
export function planWrite(planning: Planning): Write {
  for (;;) {
    const write = planning.random.weighted(PLANS)(planning);
    if (write !== undefined) return write;
  }
}

const scim = (write: Omit<Write, 'api' | 'makes'> & { readonly makes?: readonly string[] }): Write => ({
  makes: [],
  ...write,
  api: 'scim',
});

const step = (...entries: readonly (readonly [string, string | undefined])[]): Step => new Map(entries);

const patch = (...operations: readonly object[]): object => ({ schemas: [PATCH_OP], Operations: operations });

const userDocument = (name: string, mark: string, active: boolean): object => ({
  schemas: [USER],
  userName: `${name}@crash.test`,
  externalId: name,
  displayName: mark,
  title: mark,
  active,
  emails: [{ type: 'work', value: `${mark}@crash.test`, primary: true }],
});

function createUser({ client, random, mark }: Planning): Write | undefined {
  if (client.users().length >= USERS_MAX) return undefined;
  const name = client.newName('u');
  const active = random.chance(0.8);
  const body = userDocument(name, mark, active);
  const steps = [step([`user:${name}`, userState(mark, mark, active)])];
  return scim({ method: 'POST', path: '/Users', body, steps, changes: 1, makes: [name] });
}

/** Two attributes in two operations: one without the other is a change half done. */
function patchUser({ client, random, mark }: Planning): Write | undefined {
  const [name] = random.some(client.users(), 1);
  if (name === undefined) return undefined;
  const active = random.chance(0.5);
  const body = patch(
    { op: 'replace', path: 'displayName', value: mark },
    { op: 'replace', path: 'title', value: mark },
    { op: 'Replace', path: 'active', value: active },
  );
  const steps = [step([`user:${name}`, userState(mark, mark, active)])];
  return scim({ method: 'PATCH', path: `/Users/${client.idOf(name)}`, body, steps, changes: 1 });
}

function putUser({ client, random, mark }: Planning): Write | undefined {
  const [name] = random.some(client.users(), 1);
  if (name === undefined) return undefined;
  const steps = [step([`user:${name}`, userState(mark, mark, true)])];
  const body = userDocument(name, mark, true);
  return scim({ method: 'PUT', path: `/Users/${client.idOf(name)}`, body, steps, changes: 1 });
}

/** What goes with a user: his memberships, in the groups of his client and in those of all. */
function removalOf(client: Client, name: string): { readonly step: Step; readonly changes: number } {
  const groups = client.groups().filter((group) => client.membersOf(group).includes(name));
  const shared = client.sharedGroupsOf(name);
  const removal = step(
    [`user:${name}`, undefined],
    ...groups.map((group) => [`group:${group}`, withoutMember(client, group, name)] as const),
    ...shared.map((group) => [`in:${group}/${name}`, undefined] as const),
  );
  return { step: removal, changes: 1 + groups.length + shared.length };
}

const withoutMember = (client: Client, group: string, name: string): string =>
  groupState({ mark: client.markOf(group), members: client.membersOf(group).filter((member) => member !== name) });

function deleteUser({ client, random }: Planning): Write | undefined {
  const users = client.users();
  if (users.length < USERS_MIN) return undefined;
  const name = random.pick(users);
  const { step: removal, changes } = removalOf(client, name);
  return scim({ method: 'DELETE', path: `/Users/${client.idOf(name)}`, steps: [removal], changes });
}

const references = (client: Client, names: readonly string[]): readonly object[] =>
  names.map((name) => ({ value: client.idOf(name) }));

function createGroup({ client, random, mark }: Planning): Write | undefined {
  if (client.groups().length >= GROUPS_MAX) return undefined;
  const name = client.newName('g');
  const members = random.some(client.users(), random.between(0, 6));
  const body = { schemas: [GROUP], displayName: name, externalId: mark, members: references(client, members) };
  const steps = [step([`group:${name}`, groupState({ mark, members })])];
  return scim({ method: 'POST', path: '/Groups', body, steps, changes: 1, makes: [name] });
}

/** An attribute and members in one request: in a transaction of several statements. */
function patchGroup({ client, random, mark }: Planning): Write | undefined {
  const [name] = random.some(client.groups(), 1);
  if (name === undefined) return undefined;
  const before = client.membersOf(name);
  const leaving = random.some(before, random.between(0, 2));
  const joining = random.some(client.users(), random.between(1, 4));
  const members = [...new Set([...before.filter((member) => !leaving.includes(member)), ...joining])];
  const body = patch(
    { op: 'replace', path: 'externalId', value: mark },
    ...leaving.map((member) => ({ op: 'remove', path: `members[value eq "${client.idOf(member)}"]` })),
    { op: 'add', path: 'members', value: references(client, joining) },
  );
  const steps = [step([`group:${name}`, groupState({ mark, members })])];
  return scim({ method: 'PATCH', path: `/Groups/${client.idOf(name)}`, body, steps, changes: 1 });
}

function addMember({ client, random }: Planning): Write | undefined {
  const [group] = random.some(client.groups(), 1);
  if (group === undefined) return undefined;
  const before = client.membersOf(group);
  const outside = client.users().filter((name) => !before.includes(name));
  const joining = random.some(outside, random.between(1, 3));
  if (joining.length === 0) return undefined;
  const body = patch({ op: 'Add', path: 'members', value: references(client, joining) });
  const state = groupState({ mark: client.markOf(group), members: [...before, ...joining] });
  const steps = [step([`group:${group}`, state])];
  return scim({ method: 'PATCH', path: `/Groups/${client.idOf(group)}`, body, steps, changes: 1 });
}

/** In the form of the standard, or in the older one of Entra. */
function removeMember({ client, random }: Planning): Write | undefined {
  const [group] = random.some(client.groups(), 1);
  const [leaving] = group === undefined ? [] : random.some(client.membersOf(group), 1);
  if (group === undefined || leaving === undefined || !client.ids.has(leaving)) return undefined;
  const body = random.chance(0.5)
    ? patch({ op: 'remove', path: `members[value eq "${client.idOf(leaving)}"]` })
    : patch({ op: 'Remove', path: 'members', value: references(client, [leaving]) });
  const steps = [step([`group:${group}`, withoutMember(client, group, leaving)])];
  return scim({ method: 'PATCH', path: `/Groups/${client.idOf(group)}`, body, steps, changes: 1 });
}

const sharedPath = ({ sharedIds }: Planning, group: string): string => `/Groups/${sharedIds.get(group)}`;

function joinShared(planning: Planning): Write | undefined {
  const { client, random } = planning;
  const group = random.pick(SHARED_GROUPS);
  const [name] = random.some(
    client.users().filter((user) => !client.sharedGroupsOf(user).includes(group)),
    1,
  );
  if (name === undefined) return undefined;
  const body = patch({ op: 'add', path: 'members', value: references(client, [name]) });
  const steps = [step([`in:${group}/${name}`, 'in'])];
  return scim({ method: 'PATCH', path: sharedPath(planning, group), body, steps, changes: 1 });
}

function memberOfShared({ client, random }: Planning): readonly [group: string, name: string] | undefined {
  const inside = client.users().flatMap((user) => client.sharedGroupsOf(user).map((group) => [group, user] as const));
  return random.some(inside, 1)[0];
}

function leaveShared(planning: Planning): Write | undefined {
  const [group, name] = memberOfShared(planning) ?? [];
  if (group === undefined || name === undefined) return undefined;
  const body = patch({ op: 'remove', path: `members[value eq "${planning.client.idOf(name)}"]` });
  const steps = [step([`in:${group}/${name}`, undefined])];
  return scim({ method: 'PATCH', path: sharedPath(planning, group), body, steps, changes: 1 });
}

/** Entra sends "add" for members that are there: acknowledged, and nothing is written. */
function joinSharedAgain(planning: Planning): Write | undefined {
  const [group, name] = memberOfShared(planning) ?? [];
  if (group === undefined || name === undefined) return undefined;
  const body = patch({ op: 'Add', path: 'members', value: references(planning.client, [name]) });
  return scim({ method: 'PATCH', path: sharedPath(planning, group), body, steps: [], changes: 0 });
}

function deleteGroup({ client, random }: Planning): Write | undefined {
  const [name] = random.some(client.groups(), 1);
  if (name === undefined) return undefined;
  const steps = [step([`group:${name}`, undefined])];
  return scim({ method: 'DELETE', path: `/Groups/${client.idOf(name)}`, steps, changes: 1 });
}

/** Makes two users and a group of both, changes one that is there, and deletes another. */
function bulk(planning: Planning): Write | undefined {
  const { client, random, mark } = planning;
  const [changed, gone] = random.some(client.users(), 2);
  if (client.users().length < USERS_MIN || changed === undefined || gone === undefined) return undefined;
  const [one, other, group] = [client.newName('u'), client.newName('u'), client.newName('g')];
  const removal = removalOf(client, gone);
  const members = [{ value: `bulkId:${one}` }, { value: `bulkId:${other}` }];
  const rename = patch(
    { op: 'replace', path: 'displayName', value: mark },
    { op: 'replace', path: 'title', value: mark },
    { op: 'replace', path: 'active', value: true },
  );
  const Operations = [
    { method: 'POST', path: '/Users', bulkId: one, data: userDocument(one, mark, true) },
    { method: 'POST', path: '/Users', bulkId: other, data: userDocument(other, mark, false) },
    {
      method: 'POST',
      path: '/Groups',
      bulkId: group,
      data: { schemas: [GROUP], displayName: group, externalId: mark, members },
    },
    { method: 'PATCH', path: `/Users/${client.idOf(changed)}`, data: rename },
    { method: 'DELETE', path: `/Users/${client.idOf(gone)}` },
  ];
  const steps = [
    step([`user:${one}`, userState(mark, mark, true)]),
    step([`user:${other}`, userState(mark, mark, false)]),
    step([`group:${group}`, groupState({ mark, members: [one, other] })]),
    step([`user:${changed}`, userState(mark, mark, true)]),
    removal.step,
  ];
  const body = { schemas: [BULK_REQUEST], Operations };
  const changes = 4 + removal.changes;
  return scim({ method: 'POST', path: '/Bulk', body, steps, changes, makes: [one, other, group] });
}

const admin = (write: Omit<Write, 'api' | 'changes'>): Write => ({ ...write, api: 'admin', changes: 0 });

function createToken({ client }: Planning): Write {
  const name = client.newName('t');
  const steps = [step([`token:${name}`, 'active'])];
  return admin({ method: 'POST', path: '/provisioning-tokens', body: { name }, steps, makes: [name] });
}

function revokeToken({ client, random }: Planning): Write | undefined {
  const [name] = random.some(client.liveTokens(), 1);
  if (name === undefined) return undefined;
  const steps = [step([`token:${name}`, 'revoked'])];
  return admin({ method: 'DELETE', path: `/provisioning-tokens/${client.idOf(name)}`, steps, makes: [] });
}
