/**
 * Places at which a proof ends the process as a power cut or the kernel would: at once, nothing flushed,
 * nothing closed.
 *
 * States: off, for the whole life of a process, unless the environment names a point at its start; armed, until
 * that point is passed for the nth time; then there is no process.
 */

/** Every point, in the order in which a write passes them. */
export const CRASH_POINTS = [
  /** A migration's statement was answered; its transaction is open. */
  'migration-statement',
  /** A write is valid, and none of it is stored. */
  'after-validate',
  /** A group's transaction has done one part of the change and not the other. */
  'mid-transaction',
  /** Everything is written and COMMIT is not sent. */
  'before-commit',
  /** The change is stored, and the client does not know. */
  'after-commit-before-reply',
  /** One operation of a bulk request is done, with its result in no reply. */
  'bulk-operation',
  /** A token is stored, and nobody has seen its text. */
  'token-created',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

export interface ArmedPoint {
  readonly name: CrashPoint;
  /** The process ends when it passes the point for this time, counted from 1. */
  readonly nth: number;
}

/**
 * Reads `ROLLCALL_CRASH_AT=name[:nth]`.
 *
 * @throws {Error} the point does not exist, or the process is a production server: nobody ends one by a variable
 */
export function readArmedPoint(environment: Readonly<Record<string, string | undefined>>): ArmedPoint | undefined {
  const text = environment.ROLLCALL_CRASH_AT;
  if (!text) return undefined;
  if (environment.NODE_ENV === 'production') {
    throw new Error('ROLLCALL_CRASH_AT ends the process in the midst of a write: with NODE_ENV=production, unset it');
  }
  const [, word, nth = '1'] = /^([a-z-]+)(?::([1-9]\d{0,8}))?$/.exec(text) ?? [];
  const name = CRASH_POINTS.find((point) => point === word);
  if (name !== undefined) return { name, nth: Number(nth) };
  throw new Error(`ROLLCALL_CRASH_AT is ${JSON.stringify(text)}: give name or name:nth, of ${CRASH_POINTS.join(', ')}`);
}

const armed = readArmedPoint(process.env);
let passed = 0;

/** Ends the process here when the environment says so; else it costs one comparison. */
export function crashpoint(name: CrashPoint): void {
  if (armed !== undefined) pass(armed, name);
}

function pass({ name, nth }: ArmedPoint, at: CrashPoint): void {
  if (at !== name) return;
  passed += 1;
  if (passed === nth) process.kill(process.pid, 'SIGKILL');
}
