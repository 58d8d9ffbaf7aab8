/** The person at the terminal, or the system, stopped the command before its end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
