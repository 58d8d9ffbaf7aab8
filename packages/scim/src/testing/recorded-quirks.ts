import { ALL_QUIRKS, type Quirk, type QuirkUse } from '../quirk.ts';

/** Tolerances for one test, and which of them were used. */
export interface RecordedQuirks {
  readonly quirks: QuirkUse;
  readonly used: ReadonlySet<Quirk>;
}

/** Allows the given tolerances, all by default, and records their use. */
export function recordedQuirks(allowed: Iterable<Quirk> = ALL_QUIRKS): RecordedQuirks {
  const used = new Set<Quirk>();
  return { used, quirks: { allowed: new Set(allowed), report: (quirk) => used.add(quirk) } };
}
