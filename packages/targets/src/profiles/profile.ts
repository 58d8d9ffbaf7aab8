import type { TargetProfile } from '../target.ts';

/** What is assumed of a target that nothing else is known of. */
export const DEFAULT_PROFILE: TargetProfile = {
  dialect: 'rfc7644',
  membersPerRequestMax: 100,
  concurrency: 8,
  pageSize: 100,
  timeoutMs: 60_000,
};

/** The longest that a target may take for one answer, whatever its profile says. */
export const TIMEOUT_MS_MAX = 60_000;

/** Fills a profile in. Throws {TypeError} for a number that would stop or unbound the client. */
export function completeProfile(profile: Partial<TargetProfile>): TargetProfile {
  const complete = { ...DEFAULT_PROFILE, ...profile };
  for (const name of ['membersPerRequestMax', 'concurrency', 'pageSize', 'timeoutMs'] as const) {
    if (Number.isSafeInteger(complete[name]) && complete[name] >= 1) continue;
    throw new TypeError(`the target profile's ${name} must be a positive whole number, not ${complete[name]}`);
  }
  return { ...complete, timeoutMs: Math.min(complete.timeoutMs, TIMEOUT_MS_MAX) };
}
