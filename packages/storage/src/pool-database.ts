import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { crashpoint } from './crashpoint.ts';
import type { Database, Queryable, Result, Row, TransactionOptions } from './database.ts';
import { DatabaseUnavailableError } from './database-error.ts';
import type { Statement } from './sql.ts';
import { Transaction } from './transaction.ts';
import { isBroken, type Step, translateError } from './translate-error.ts';

export interface PoolDatabaseOptions {
  readonly kind: Database['kind'];
  readonly durable: boolean;
  /** Made safe by `keepErrorsFromCrashing` before its first connection. */
  readonly pool: pg.Pool;
  /** A statement without an answer for so long is given up, and its connection closed. */
  readonly deadlineMs: number;
  /** Called first when the database is closed: end what uses it by itself. */
  readonly onClosing?: () => Promise<void>;
  /** Let go of what the engine holds besides the pool, once the pool is empty. */
  readonly onClose?: () => Promise<void>;
  /** Asked before every statement; throws when the engine cannot take statements now. */
  readonly admit?: (statement: Statement) => void;
}

/** The server's own limit comes first; ours is for a server or network that has gone silent. */
export const DEADLINE_GRACE_MS = 2_000;

type Answer<R> = Result<R> & { readonly command: string };

/**
 * A database over a pool of connections: both engines are this class with another pool.
 *
 * States: open; closing, in which new work is refused and work under way goes on; closed.
 */
export class PoolDatabase implements Database {
  readonly kind: Database['kind'];
  readonly durable: boolean;
  readonly #options: PoolDatabaseOptions;
  readonly #pool: pg.Pool;
  /** The open transaction that the running code belongs to. */
  readonly #inside = new AsyncLocalStorage<Transaction>();
  #closing: Promise<void> | undefined;
  #busyCount = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: PoolDatabaseOptions) {
    this.kind = options.kind;
    this.durable = options.durable;
    this.#options = options;
    this.#pool = options.pool;
  }

  async query<R = Row>(statement: Statement, options?: TransactionOptions): Promise<Result<R>> {
    return this.#withClient(async (client) => this.#send<R>(client, statement, 'statement', options));
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#withClient(async (client) => {
      const tx = new Transaction((statement, step) => this.#send(client, statement, step, options));
      try {
        await tx.begin(options?.statementTimeoutMs);
        const value = await this.#inside.run(tx, () => work(tx));
        crashpoint('before-commit');
        await tx.commit();
        return value;
      } catch (error) {
        if (!(await tx.rollback())) broken.add(client);
        throw error;
      }
    });
  }

  poolState(): { total: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#options.onClosing?.();
    if (this.#busyCount > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#pool.end();
    await this.#options.onClose?.();
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    this.#refuseMisuse();
    this.#busyCount += 1;
    try {
      const client = await this.#connect();
      return await releasing(client, work);
    } finally {
      this.#busyCount -= 1;
      if (this.#busyCount === 0) this.#onIdle?.();
    }
  }

  #refuseMisuse(): void {
    if (this.#closing !== undefined) throw new DatabaseUnavailableError('the database is closed');
    if (this.#inside.getStore()?.ended !== false) return;
    throw new TypeError(
      'the database was used inside its own transaction: use the handle that `transaction` gives. ' +
        'The embedded database has one connection, and the transaction holds it',
    );
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translateError(error, 'connect');
    }
  }

  async #send<R>(
    client: pg.PoolClient,
    statement: Statement,
    step: Exclude<Step, 'connect'>,
    options: TransactionOptions | undefined,
  ): Promise<Answer<R>> {
    this.#options.admit?.(statement);
    try {
      return readAnswer<R>(await client.query(withDeadline(statement, this.#deadlineMs(options))));
    } catch (error) {
      throw translateError(error, step, statement);
    }
  }

  #deadlineMs(options: TransactionOptions | undefined): number {
    if (options?.statementTimeoutMs === undefined) return this.#options.deadlineMs;
    return options.statementTimeoutMs + DEADLINE_GRACE_MS;
  }
}

/** Clients whose state is unknown; they are closed instead of used again. */
const broken = new WeakSet<pg.PoolClient>();

async function releasing<T>(client: pg.PoolClient, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  let close = false;
  try {
    return await work(client);
  } catch (error) {
    close = broken.has(client) || isBroken(error);
    throw error;
  } finally {
    client.release(close);
  }
}

/** The driver takes a time limit for each statement, which its types do not know. */
function withDeadline(statement: Statement, deadlineMs: number): pg.QueryConfig & { query_timeout: number } {
  const { text, values, name } = statement;
  const config = { text, values: values as unknown[], query_timeout: deadlineMs };
  return name === undefined ? config : { ...config, name };
}

/** A text of several statements has one result each; the last one counts. */
function readAnswer<R>(result: pg.QueryResult | readonly pg.QueryResult[]): Answer<R> {
  const last = Array.isArray(result) ? result.at(-1) : (result as pg.QueryResult);
  // Seen of the embedded engine after an inner stack overflow: "ready" without "complete", and nothing stored.
  if (last?.command == null) {
    throw new DatabaseUnavailableError('the database answered a statement without completing it');
  }
  return { rows: last.rows as R[], rowCount: last.rowCount ?? 0, command: last.command };
}

/**
 * A connection that breaks says so by an event, and an event `error` without a listener ends the process.
 * The statement that meets the broken connection fails by itself, so that nothing is lost here.
 */
export function keepErrorsFromCrashing(pool: pg.Pool): void {
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
}
