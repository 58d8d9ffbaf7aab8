/** Errors of our own code: their place in it is what helps. */
const DEFECTS: ReadonlySet<string> = new Set([
  'TypeError',
  'ReferenceError',
  'RangeError',
  'SyntaxError',
  'AssertionError',
]);

/** An error as a person at a terminal needs it: what happened and why; the stack only where the program is at fault. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (DEFECTS.has(error.name)) return error.stack ?? error.message;
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'the port is taken by another program: choose one with --port, or stop that program';
  }
  const cause = error.cause instanceof Error ? `\n  because: ${explainError(error.cause)}` : '';
  return `${error.message}${cause}`;
}
