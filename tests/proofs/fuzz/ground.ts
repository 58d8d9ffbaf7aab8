import type { RunningServer } from '../../support/server.ts';
import { createTestTenant, type TestTenant } from '../../support/tenant.ts';
import { listOf, textOf } from '../support/json-members.ts';
import { liftRemovalLimits } from '../support/lift-removal-limits.ts';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A tenant whose resources the fuzz may change and delete. */
export interface Prey extends TestTenant {
  userIds: readonly string[];
  groupIds: readonly string[];
}

const PREY_USERS = 40;
const PREY_GROUPS = 12;
/** Above this, what the fuzz made is taken away again: the run is about requests, not about amounts. */
const PREY_MAX = 120;
const KEPT_USERS = 10;

/**
 * What the fuzz stands on.
 *
 * - *Prey*: two tenants of different policy, whose resources' ids go into the requests.
 * - *Kept*: resources of the first tenant whose ids no request has; they must be the same at the end.
 * - *Stranger*: a tenant that no request may reach, though requests name it and its resources.
 */
export class Ground {
  readonly server: RunningServer;
  readonly prey: readonly Prey[];
  readonly stranger: Prey;
  /** For the fuzz of the admin API, which may end its tokens and change its policy. */
  readonly adminTenant: TestTenant;
  #kept: readonly string[] = [];
  #keptAtStart = '';

  private constructor(server: RunningServer, prey: readonly Prey[], stranger: Prey, adminTenant: TestTenant) {
    this.server = server;
    this.prey = prey;
    this.stranger = stranger;
    this.adminTenant = adminTenant;
  }

  static async prepare(server: RunningServer): Promise<Ground> {
    const [entra, strict, stranger, adminTenant] = await Promise.all(
      (['entra', 'strict', 'entra', 'entra'] as const).map((preset) => createTestTenant(server, preset)),
    );
    if (!entra || !strict || !stranger || !adminTenant) throw new TypeError('four tenants were asked for');
    for (const tenant of [entra, strict, stranger]) await liftRemovalLimits(server, tenant);
    const prey = [asPrey(entra), asPrey(strict)];
    const ground = new Ground(server, prey, asPrey(stranger), adminTenant);
    await ground.#keep();
    await ground.replenish();
    ground.#keptAtStart = await ground.#readKept();
    return ground;
  }

  get port(): number {
    return Number(new URL(this.server.url).port);
  }

  /** Fills the prey up, and thins it out. */
  async replenish(): Promise<void> {
    for (const prey of [...this.prey, this.stranger]) await this.#replenish(prey);
  }

  /** What is different of the kept resources and of the stranger; empty when nothing is. */
  async findDamage(): Promise<readonly string[]> {
    const now = await this.#readKept();
    if (now === this.#keptAtStart) return [];
    return [`resources that no request named have changed:\n  before ${this.#keptAtStart}\n  after  ${now}`];
  }

  async #keep(): Promise<void> {
    const [tenant] = this.prey;
    if (tenant === undefined) throw new TypeError('there is no prey');
    const users = await Promise.all(
      Array.from({ length: KEPT_USERS }, (_, index) => this.#create(tenant, '/Users', keptUser(index))),
    );
    const members = users.map((value) => ({ value }));
    const group = await this.#create(tenant, '/Groups', { schemas: [GROUP], displayName: 'kept group', members });
    const strangers = await this.#create(this.stranger, '/Users', keptUser(0));
    this.#kept = [
      ...users.map((id) => `${tenant.slug}/Users/${id}`),
      `${tenant.slug}/Groups/${group}`,
      `${this.stranger.slug}/Users/${strangers}`,
    ];
    this.stranger.userIds = [strangers];
  }

  async #readKept(): Promise<string> {
    const tokens = new Map([...this.prey, this.stranger].map(({ slug, token }) => [slug, token]));
    const texts = await Promise.all(
      this.#kept.map(async (path) => {
        const token = tokens.get(path.slice(0, path.indexOf('/'))) ?? '';
        const reply = await fetch(`${this.server.url}/scim/v2/${path}`, { headers: authorization(token) });
        return `${reply.status} ${await reply.text()}`;
      }),
    );
    return texts.join('\n');
  }

  async #replenish(prey: Prey): Promise<void> {
    const kept = new Set(this.#kept.map((path) => path.slice(path.lastIndexOf('/') + 1)));
    const fill = async (path: string, wanted: number, body: (number: number) => object): Promise<readonly string[]> => {
      const there = (await this.#listIds(prey, path)).filter((id) => !kept.has(id));
      const surplus = there.splice(PREY_MAX);
      await Promise.all(surplus.map((id) => this.#delete(prey, `${path}/${id}`)));
      const missing = Math.max(0, wanted - there.length);
      const made = Array.from({ length: missing }, () => this.#create(prey, path, body(nextNumber())));
      return [...there, ...(await Promise.all(made))];
    };
    prey.userIds = await fill('/Users', PREY_USERS, preyUser);
    prey.groupIds = await fill('/Groups', PREY_GROUPS, (number) => preyGroup(number, prey.userIds));
  }

  async #listIds({ endpoint, token }: Prey, path: string): Promise<string[]> {
    const url = `${endpoint}${path}?count=1000&attributes=id`;
    const reply = await fetch(url, { headers: authorization(token) });
    return listOf(await reply.json(), 'Resources').map((resource) => textOf(resource, 'id') ?? '');
  }

  async #create({ endpoint, token }: TestTenant, path: string, body: object): Promise<string> {
    const headers = { ...authorization(token), 'Content-Type': 'application/scim+json' };
    const reply = await fetch(endpoint + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const json: unknown = await reply.json();
    const id = textOf(json, 'id');
    if (reply.status === 201 && id !== undefined) return id;
    throw new Error(`POST ${path} answered ${reply.status}: ${JSON.stringify(json)}`);
  }

  async #delete({ endpoint, token }: TestTenant, path: string): Promise<void> {
    const reply = await fetch(endpoint + path, { method: 'DELETE', headers: authorization(token) });
    await reply.body?.cancel();
  }
}

const asPrey = (tenant: TestTenant): Prey => ({ ...tenant, userIds: [], groupIds: [] });

export const authorization = (token: string) => ({ Authorization: `Bearer ${token}` });

let lastNumber = 0;
function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

const keptUser = (index: number): object => ({
  schemas: [USER],
  userName: `kept-${index}@fuzz.test`,
  displayName: `Kept ${index}`,
  emails: [{ type: 'work', value: `kept-${index}@fuzz.test`, primary: true }],
});

const preyUser = (number: number): object => ({
  schemas: [USER, ENTERPRISE],
  userName: `prey-${number}@fuzz.test`,
  externalId: `prey-${number}`,
  displayName: `Prey ${number}`,
  name: { givenName: 'Prey', familyName: `Number ${number}` },
  title: number % 2 === 0 ? 'Clerk' : 'Lead',
  active: number % 3 !== 0,
  emails: [
    { type: 'work', value: `prey-${number}@fuzz.test`, primary: true },
    { type: 'home', value: `home-${number}@fuzz.test` },
  ],
  phoneNumbers: [{ type: 'mobile', value: '+1 555 0100' }],
  [ENTERPRISE]: { department: 'Sales', employeeNumber: String(number) },
});

const preyGroup = (number: number, userIds: readonly string[]): object => ({
  schemas: [GROUP],
  displayName: `Prey group ${number}`,
  members: userIds.slice(0, number % 30).map((value) => ({ value })),
});
