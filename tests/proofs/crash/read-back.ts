import { listOf, memberOf, textOf } from '../support/json-members.ts';
import { groupState, userState } from './cells.ts';
import { type Endpoint, read } from './endpoint.ts';
import { SHARED_GROUPS } from './plan-write.ts';

/** Everything that a server shows of a tenant, in the words of the model. */
export interface ReadBack {
  readonly cells: ReadonlyMap<string, string>;
  /** Ids by the names that the clients gave. */
  readonly ids: ReadonlyMap<string, string>;
  /** What contradicts itself: a count that is not the number of rows, a member that nobody is. */
  readonly contradictions: readonly string[];
}

const PAGE = 1000;

/** Reads all users, groups, memberships and tokens. */
export async function readBack(endpoint: Endpoint): Promise<ReadBack> {
  const users = await readAll(endpoint, '/Users');
  const groups = await readAll(endpoint, '/Groups');
  const tokens = await readTokens(endpoint);
  const namesById = new Map(users.resources.map((user) => [idOf(user), userName(user)]));
  const reading = new Reading(namesById);
  for (const user of users.resources) reading.addUser(user);
  for (const group of groups.resources) reading.addGroup(group);
  for (const token of tokens) reading.addToken(token);
  return { ...reading, contradictions: [...reading.contradictions, ...users.contradictions, ...groups.contradictions] };
}

const idOf = (resource: unknown): string => textOf(resource, 'id') ?? '';
const userName = (user: unknown): string => (textOf(user, 'userName') ?? '').replace(/@.*/, '');

class Reading {
  readonly cells = new Map<string, string>();
  readonly ids = new Map<string, string>();
  readonly contradictions: string[] = [];
  readonly #userNames: ReadonlyMap<string, string>;

  constructor(userNames: ReadonlyMap<string, string>) {
    this.#userNames = userNames;
  }

  addUser(user: unknown): void {
    const state = userState(
      textOf(user, 'displayName') ?? '',
      textOf(user, 'title') ?? '',
      memberOf(user, 'active') === true,
    );
    this.#add('user', userName(user), idOf(user), state);
  }

  addGroup(group: unknown): void {
    const name = textOf(group, 'displayName') ?? '';
    const members = listOf(group, 'members').map((member) => this.#memberName(name, textOf(member, 'value') ?? ''));
    if (SHARED_GROUPS.some((shared) => shared === name)) {
      for (const member of members) this.cells.set(`in:${name}/${member}`, 'in');
    } else {
      const mark = textOf(group, 'externalId') ?? '';
      this.#add('group', name, idOf(group), groupState({ mark, members }));
    }
  }

  addToken(token: unknown): void {
    this.#add('token', textOf(token, 'name') ?? '', idOf(token), textOf(token, 'status') ?? '');
  }

  #add(kind: string, name: string, id: string, state: string): void {
    if (this.cells.has(`${kind}:${name}`)) this.contradictions.push(`${kind} ${name} is there twice`);
    this.cells.set(`${kind}:${name}`, state);
    this.ids.set(name, id);
  }

  #memberName(group: string, id: string): string {
    const name = this.#userNames.get(id);
    if (name === undefined) this.contradictions.push(`group ${group} has the member ${id}, whom no list shows`);
    return name ?? id;
  }
}

interface Listed {
  readonly resources: readonly unknown[];
  readonly contradictions: readonly string[];
}

async function readAll(endpoint: Endpoint, path: string): Promise<Listed> {
  const resources: unknown[] = [];
  for (;;) {
    const { json } = await read(
      `${endpoint.scim}${path}?count=${PAGE}&startIndex=${resources.length + 1}`,
      endpoint.token,
    );
    const page = listOf(json, 'Resources');
    resources.push(...page);
    if (page.length === PAGE) continue;
    const total = memberOf(json, 'totalResults');
    const contradictions =
      total === resources.length ? [] : [`${path}: totalResults ${total}, rows ${resources.length}`];
    return { resources, contradictions };
  }
}

/** Tokens by the name of their maker; the one that the load itself uses is not among them. */
async function readTokens({ admin, operatorKey }: Endpoint): Promise<readonly unknown[]> {
  const tokens: unknown[] = [];
  let cursor = '';
  for (;;) {
    const { status, json } = await read(`${admin}/provisioning-tokens?limit=100${cursor}`, operatorKey);
    if (status !== 200) throw new Error(`listing tokens answered ${status}: ${JSON.stringify(json)}`);
    tokens.push(...listOf(json, 'items'));
    const next = textOf(json, 'nextCursor');
    if (next === undefined) return tokens.filter((token) => /^c\d+t\d+$/.test(textOf(token, 'name') ?? ''));
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}
