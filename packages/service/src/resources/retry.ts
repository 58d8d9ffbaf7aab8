import { DatabaseError } from '@rollcall/storage';
import { tooBusy } from './refusals.ts';

const ATTEMPTS_MAX = 10;

/**
 * Runs a write again when the database broke a deadlock or a serialization conflict by ending it: nothing
 * of the attempt took effect.
 */
export async function retrying<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof DatabaseError && error.retryable)) throw error;
    }
  }
  throw tooBusy();
}
