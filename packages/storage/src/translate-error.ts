import pg from 'pg';
import { DatabaseError, DatabaseUnavailableError } from './database-error.ts';
import type { Statement } from './sql.ts';

/** Where in a client's life an error came up; it decides whether an effect may have happened unseen. */
export type Step = 'connect' | 'statement' | 'in-transaction' | 'commit';

/**
 * SQLSTATE classes and codes that speak of the server's state and not of the statement: lost connections,
 * resources, shut-down and time limits.
 *
 * @see PostgreSQL documentation, appendix A
 */
const UNAVAILABLE_CLASSES: ReadonlySet<string> = new Set(['08', '53', '57', '58']);
/** Lock not available in time, idle transaction ended, and a server that became a read-only standby. */
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set(['55P03', '25P03', '25P04', '25006']);
/** After these the connection itself is of no more use, though it may still be open. */
const BROKEN_CODES: ReadonlySet<string> = new Set(['25006', '25P03', '25P04', '57P01', '57P02', '57P03']);

const STATEMENT_TEXT_MAX = 120;

const excerpt = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, STATEMENT_TEXT_MAX);

const isUnavailable = (code: string): boolean =>
  UNAVAILABLE_CLASSES.has(code.slice(0, 2)) || UNAVAILABLE_CODES.has(code);

/** Whether the connection must be closed after this error rather than used again. */
export function isBroken(error: unknown): boolean {
  if (error instanceof DatabaseError) return isStalePlan(error);
  if (error instanceof DatabaseUnavailableError) return error.code === undefined || BROKEN_CODES.has(error.code);
  return false;
}

/** A prepared statement from before a migration: a new connection prepares it anew. */
const isStalePlan = (error: DatabaseError): boolean => error.code === '0A000' && error.message.includes('cached plan');

/** Errors of values and types that our own code handed in; they are passed on as they are. */
const isMisuse = (error: Error): boolean => error instanceof TypeError || error instanceof RangeError;

/** Makes one of our two errors of whatever the driver threw. Errors of other origin come back unchanged. */
export function translateError(error: unknown, step: Step, statement?: Statement): unknown {
  if (error instanceof DatabaseError || error instanceof DatabaseUnavailableError) return error;
  if (error instanceof pg.DatabaseError) return translateRefusal(error, step, statement);
  if (!(error instanceof Error) || isMisuse(error)) return error;
  return new DatabaseUnavailableError(`${SILENCE_SENTENCES[step]}: ${reasonOf(error)}`, {
    cause: error,
    outcomeUnknown: step === 'statement' || step === 'commit',
  });
}

const SILENCE_SENTENCES: Readonly<Record<Step, string>> = {
  connect: 'no connection to the database',
  statement: 'the database gave no answer to a statement',
  'in-transaction': 'the database gave no answer inside a transaction, which is lost',
  commit: 'the database gave no answer to COMMIT, so whether the transaction took effect is unknown',
};

/** Several addresses of one host fail as one AggregateError whose own message is empty. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each) => String(each?.message ?? each)).join('; ');
  return error.message;
}

function translateRefusal(error: pg.DatabaseError, step: Step, statement: Statement | undefined): Error {
  const code = error.code ?? 'XX000';
  if (step === 'connect' || isUnavailable(code)) {
    const outcomeUnknown = step === 'commit' || (step === 'statement' && code.startsWith('08'));
    return new DatabaseUnavailableError(`${REFUSAL_SENTENCES[step]}: ${error.message} (SQLSTATE ${code})`, {
      code,
      outcomeUnknown,
    });
  }
  return new DatabaseError({
    code,
    message: error.message,
    constraint: error.constraint,
    table: error.table,
    column: error.column,
    statement: statement === undefined ? undefined : excerpt(statement.text),
  });
}

const REFUSAL_SENTENCES: Readonly<Record<Step, string>> = {
  connect: 'the database refused the connection',
  statement: 'the database could not run a statement',
  'in-transaction': 'the database could not run a statement of a transaction',
  commit: 'the database could not commit',
};
