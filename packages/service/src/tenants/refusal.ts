/** Why the admin side of the service refuses. The words are stable: the API's problem types are made of them. */
export type RefusalCode = 'invalid-value' | 'not-found' | 'already-exists' | 'already-ended';

/**
 * A refusal that is the caller's to mend. The message says what, where, which value and what to do, and goes
 * to the caller as it is: it holds no secret.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /** The field that was refused, as the caller spells it. */
  readonly field: string | undefined;

  constructor(code: RefusalCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
