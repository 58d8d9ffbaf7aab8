import type { Database, Queryable, Result, Row, Statement, TransactionOptions } from '@rollcall/storage';
import type { Target } from '@rollcall/targets';

/** The process is gone: nothing that it still tries has an effect. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/**
 * - `before`: dies before the request leaves, its intent committed.
 * - `after`: dies with the answer in hand, before it is stored.
 */
export type KillMoment = 'before' | 'after';

export interface KillPoint {
  /** The how many-th request of the run, from 1. */
  readonly request: number;
  readonly moment: KillMoment;
}

/** Ends a run at one request, as a kill of the process would: every later use of database and target fails. */
export class KillSwitch {
  readonly #point: KillPoint;
  #requests = 0;
  #killed = false;

  constructor(point: KillPoint) {
    this.#point = point;
  }

  /** False when the run ended before it came to the point. */
  get killed(): boolean {
    return this.#killed;
  }

  database(database: Database): Database {
    return {
      kind: database.kind,
      durable: database.durable,
      query: <R = Row>(statement: Statement): Promise<Result<R>> => this.#alive(() => database.query<R>(statement)),
      transaction: <T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T> =>
        this.#alive(() => database.transaction((tx) => work(this.#queryable(tx)), options)),
      poolState: () => database.poolState(),
      close: () => database.close(),
    };
  }

  target(target: Target): Target {
    return {
      profile: target.profile,
      send: (request, signal) => this.#request(() => target.send(request, signal)),
      find: (type, attribute, value) => this.#request(() => target.find(type, attribute, value)),
      get: (type, id) => this.#request(() => target.get(type, id)),
      test: (matching) => target.test(matching),
      close: () => target.close(),
    };
  }

  #queryable(tx: Queryable): Queryable {
    return { query: (statement) => this.#alive(() => tx.query(statement)) };
  }

  async #alive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#killed) throw new KilledError('the process was killed');
    return work();
  }

  async #request<T>(work: () => Promise<T>): Promise<T> {
    this.#requests += 1;
    const here = this.#requests === this.#point.request;
    if (here && this.#point.moment === 'before') this.#killed = true;
    const result = await this.#alive(work);
    if (here) this.#killed = true;
    return this.#alive(() => Promise.resolve(result));
  }
}
