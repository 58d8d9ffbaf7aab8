import type { Statement } from './sql.ts';

/** One row: columns by name, in the types of the table in this file's header. */
export type Row = Record<string, unknown>;

export interface Result<R> {
  readonly rows: readonly R[];
  /** Rows that the statement inserted, updated, deleted or returned. */
  readonly rowCount: number;
}

/** Something that runs statements: the database, or one transaction of it. */
export interface Queryable {
  /**
   * Runs one statement.
   *
   * @throws {DatabaseError} the database refused it; `code` is the SQLSTATE
   * @throws {DatabaseUnavailableError} the database cannot be reached, or did not answer in time
   */
  query<R = Row>(statement: Statement): Promise<Result<R>>;
}

export interface TransactionOptions {
  /** Limit for each statement of this transaction in place of the database's own; for long administrative work. */
  readonly statementTimeoutMs?: number;
}

/**
 * PGlite in a folder, or PostgreSQL: the same SQL, the same types, the same errors.
 *
 * | SQL type | JavaScript |
 * |---|---|
 * | `bigint` | number; a value beyond 2^53 is an error |
 * | `timestamptz` | Date |
 * | `jsonb` | the parsed value |
 * | `bytea` | Buffer |
 * | `text[]`, `uuid[]` | string array |
 * | `numeric` (a sum of `bigint` too), `date`, `timestamp` | string, as PostgreSQL writes it |
 *
 * As a parameter an array becomes a PostgreSQL array: for a `jsonb` that is an array, give `JSON.stringify` of it.
 */
export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgresql';
  /** A commit that was answered survives a power cut: proven at start, not assumed. */
  readonly durable: boolean;
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws.
   * Inside, only the given handle may be used: on PGlite the one connection is taken. The database itself
   * is refused there with a TypeError, on both engines.
   *
   * @throws {DatabaseError} with `retryable` after a deadlock or a serialization failure
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** What the metrics show of the connections. */
  poolState(): { readonly total: number; readonly idle: number; readonly waiting: number };
  /** Waits for statements under way, then lets go of every connection, file and lock. */
  close(): Promise<void>;
}
