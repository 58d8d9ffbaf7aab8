import type { TestContext } from 'node:test';

/** A part of the system, or a file outside the project, that some tests need. */
export interface Part {
  /** What it is, for the reader of a skipped test. */
  readonly name: string;
  readonly present: boolean;
  /** The command, or the step, that brings it. */
  readonly bring: string;
}

/**
 * Skips the test when the part is absent. With `CI=true` the test fails instead: there, everything must run.
 *
 * @returns whether the test may go on
 */
export function havePart(t: TestContext, { name, present, bring }: Part): boolean {
  if (present) return true;
  const reason = `needs ${name}: ${bring}`;
  if (process.env.CI === 'true') throw new Error(reason);
  t.skip(reason);
  return false;
}
