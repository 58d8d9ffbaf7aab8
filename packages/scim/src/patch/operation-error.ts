import { ScimError } from '../error.ts';

/** Does the work of one operation; a refusal then says which operation it was, counted from 0 as in the body. */
export function inOperation<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ScimError) error.message = `Operations[${index}]: ${error.message}`;
    throw error;
  }
}
