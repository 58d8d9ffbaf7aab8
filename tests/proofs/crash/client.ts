import { type Cells, readGroupState, type Step } from './cells.ts';

/** A write as a client sends it, with what must hold once it is acknowledged. */
export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the tenant's endpoint; below its admin API for tokens. */
  readonly path: string;
  readonly body?: unknown;
  readonly api: 'scim' | 'admin';
  readonly steps: readonly Step[];
  /** Rows of the history that it writes; 0 for one that changes nothing. */
  readonly changes: number;
  /** Names of what it makes, in the order of a bulk request's operations. */
  readonly makes: readonly string[];
}

/**
 * One client of the load: it owns what it made, and has one request in flight at most.
 *
 * States: idle (`inFlight` is undefined), or waiting for an answer. A server that dies leaves it waiting; what
 * became of the request is read back afterwards.
 */
export class Client {
  readonly number: number;
  cells: Cells = new Map();
  inFlight: Write | undefined;
  /** Ids of what it made, by name: the server gives them. */
  readonly ids = new Map<string, string>();
  #made = 0;
  #written = 0;

  constructor(number: number) {
    this.number = number;
  }

  /** A name that no other thing of the whole run has. */
  newName(kind: 'u' | 'g' | 't'): string {
    this.#made += 1;
    return `c${this.number}${kind}${this.#made}`;
  }

  /** Numbers its writes over the whole run. */
  nextNumber(): string {
    this.#written += 1;
    return `${this.number}-${this.#written}`;
  }

  /** Only things whose id is known: an answer may have been cut behind its first line. */
  users(): string[] {
    return this.#names('user:').filter((name) => this.ids.has(name));
  }

  groups(): string[] {
    return this.#names('group:').filter((name) => this.ids.has(name));
  }

  liveTokens(): string[] {
    return this.#names('token:').filter((name) => this.ids.has(name) && this.state(`token:${name}`) === 'active');
  }

  /** Names of the shared groups that a user of this client is in. */
  sharedGroupsOf(user: string): string[] {
    return this.#names('in:').flatMap((name) => (name.endsWith(`/${user}`) ? [name.slice(0, name.indexOf('/'))] : []));
  }

  state(name: string): string {
    const state = this.cells.get(name);
    if (state === undefined) throw new TypeError(`client ${this.number} has no ${name}`);
    return state;
  }

  membersOf(group: string): readonly string[] {
    return readGroupState(this.state(`group:${group}`)).members;
  }

  markOf(group: string): string {
    return readGroupState(this.state(`group:${group}`)).mark;
  }

  idOf(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new TypeError(`the id of ${name} is not known`);
    return id;
  }

  #names(prefix: string): string[] {
    return [...this.cells.keys()].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  }
}
