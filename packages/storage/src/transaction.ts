import type { Queryable, Result, Row } from './database.ts';
import { DatabaseError, DatabaseUnavailableError } from './database-error.ts';
import type { Statement } from './sql.ts';
import { isBroken } from './translate-error.ts';

/** Runs one statement on the transaction's own connection. */
export type Send = <R>(
  statement: Statement,
  step: 'in-transaction' | 'commit',
) => Promise<Result<R> & { command: string }>;

/**
 * One transaction on one connection.
 *
 * States: open, from `begin` until `commit` or `rollback`; then ended, in which every use is an error.
 * Statements given at the same time run one after the other, in the order given.
 */
export class Transaction implements Queryable {
  readonly #send: Send;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;
  /** The connection broke; nothing more can be said to it, a ROLLBACK neither. */
  #lost: DatabaseUnavailableError | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  get ended(): boolean {
    return this.#ended;
  }

  async begin(timeoutMs: number | undefined): Promise<void> {
    await this.query({ text: 'begin', values: [] });
    if (timeoutMs === undefined) return;
    await this.query({ text: `set local statement_timeout = ${Math.trunc(timeoutMs)}`, values: [] });
  }

  query<R = Row>(statement: Statement): Promise<Result<R>> {
    if (this.#ended) return Promise.reject(new TypeError('the transaction has ended: its handle cannot be used again'));
    return this.#enqueue(() => this.#send<R>(statement, 'in-transaction'));
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => this.#run(run));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #run<T>(run: () => Promise<T>): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return await run();
    } catch (error) {
      if (error instanceof DatabaseUnavailableError && isBroken(error)) this.#lost = error;
      throw error;
    }
  }

  /**
   * @throws {DatabaseError} `25P02`: a statement had failed and the work went on without throwing, so that
   * PostgreSQL rolls back where COMMIT was asked
   */
  async commit(): Promise<void> {
    this.#ended = true;
    const { command } = await this.#enqueue(() => this.#send({ text: 'commit', values: [] }, 'commit'));
    if (command === 'COMMIT') return;
    throw new DatabaseError({
      code: '25P02',
      message: 'the transaction was rolled back instead of committed: one of its statements had failed unnoticed',
    });
  }

  /** Never throws; false when the connection is in an unknown state and must be closed. */
  async rollback(): Promise<boolean> {
    this.#ended = true;
    try {
      await this.#enqueue(() => this.#send({ text: 'rollback', values: [] }, 'in-transaction'));
      return true;
    } catch {
      return false;
    }
  }
}
