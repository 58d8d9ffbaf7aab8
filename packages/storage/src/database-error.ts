/** What PostgreSQL said about a statement that it refused. */
export interface Refusal {
  /** SQLSTATE, five characters. */
  readonly code: string;
  readonly message: string;
  readonly constraint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly statement?: string | undefined;
}

/** Serialization failure and deadlock: the same transaction, run again, may succeed. */
const RETRYABLE_CODES: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * The database refused a statement.
 *
 * The text carries no value of a row: PostgreSQL's `DETAIL`, which quotes keys, is left out.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** SQLSTATE, for example `23505` for a value that must be unique and is not. */
  readonly code: string;
  /** The constraint or unique index that refused, where one did. */
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  /** The beginning of the statement's text, without its parameters. */
  readonly statement: string | undefined;
  /** The transaction may succeed when it is run again from its start. */
  readonly retryable: boolean;

  constructor(refusal: Refusal) {
    super(describe(refusal));
    this.code = refusal.code;
    this.constraint = refusal.constraint;
    this.table = refusal.table;
    this.column = refusal.column;
    this.statement = refusal.statement;
    this.retryable = RETRYABLE_CODES.has(refusal.code);
  }
}

function describe({ code, message, constraint }: Refusal): string {
  const where = constraint === undefined ? '' : `, constraint ${constraint}`;
  return `${message} (SQLSTATE ${code}${where})`;
}

/**
 * The database cannot be reached, did not answer in time, or has no room: the caller's caller may try again
 * later. The server answers 503 with `Retry-After`.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  /** SQLSTATE, when the database itself said that it is not available. */
  readonly code: string | undefined;
  /** A statement or a COMMIT was sent and its answer never came: it may have taken effect. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, options: { cause?: unknown; code?: string; outcomeUnknown?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}
