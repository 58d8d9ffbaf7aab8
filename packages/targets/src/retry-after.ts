const SECOND_MS = 1000;
export const RETRY_AFTER_MS_MIN = SECOND_MS;
export const RETRY_AFTER_MS_MAX = 15 * 60 * SECOND_MS;
/** The wait when a target asks for one without saying how long, or says it in a way that cannot be read. */
export const RETRY_AFTER_MS_DEFAULT = 5 * SECOND_MS;

/**
 * Reads `Retry-After`: seconds or an HTTP date. The wait is never shorter than a second nor longer than
 * 15 minutes, whatever the target asks for.
 *
 * @see RFC 9110 10.2.3
 */
export function retryAfterMs(header: string | undefined, now: Date): number {
  const asked = readWait(header?.trim(), now);
  return Math.min(Math.max(asked ?? RETRY_AFTER_MS_DEFAULT, RETRY_AFTER_MS_MIN), RETRY_AFTER_MS_MAX);
}

function readWait(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * SECOND_MS;
  // Only what begins with the name of a day is an HTTP date: `Date.parse` makes dates of "-5" and "2x".
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now.getTime();
}
