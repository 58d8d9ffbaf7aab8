import { DatabaseError } from '@rollcall/storage';
import { tooBusy } from './refusals.ts';

const ATTEMPTS_MAX = 10;

const FOREIGN_KEY_VIOLATION = '23503';

/** What a write had prepared for has changed while it waited: it ends without effect, and may run again. */
export class MovedOnError extends Error {
  override readonly name = 'MovedOnError';
}

/**
 * Runs a write again when the database ended it without effect: to break a deadlock or a serialization
 * conflict, or because a member or group was deleted, or joined, while the write was on its way. The next attempt sees
 * that it is gone, and says so.
 */
export async function retrying<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!mayRunAgain(error)) throw error;
    }
  }
  throw tooBusy();
}

function mayRunAgain(error: unknown): boolean {
  if (error instanceof MovedOnError) return true;
  return error instanceof DatabaseError && (error.retryable || error.code === FOREIGN_KEY_VIOLATION);
}
