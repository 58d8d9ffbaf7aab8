import type { Quirk, QuirkUse } from '../quirk.ts';

/** Whether a tolerance may be used here; when it may, its use is reported. */
export function tolerates(quirks: QuirkUse, quirk: Quirk): boolean {
  if (!quirks.allowed.has(quirk)) return false;
  quirks.report(quirk);
  return true;
}
