// Year, month, day, hour, minute, second, fraction, and the offset's sign, hour and minute.
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * A date and time in UTC with milliseconds, `YYYY-MM-DDTHH:mm:ss.sssZ`, so that the order of texts is the
 * order of times; undefined for what is none. Up to nine decimals are read and those after the third cut
 * off. A zone must be given. Leap seconds, days that the month does not have, and times outside the years
 * 1 to 9999 in UTC are none.
 *
 * @see RFC 7643 2.3.5, RFC 3339 5.6
 */
export function canonicalDateTime(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as DateTimeParts;
  if (day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetMinutes(match[8], Number(match[9] ?? 0), Number(match[10] ?? 0));
  if (offset === undefined) return undefined;
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  return utcText(
    new Date(0).setUTCFullYear(year, month - 1, day) + timeMs(hour, minute - offset, second) + milliseconds,
  );
}

type DateTimeParts = [year: number, month: number, day: number, hour: number, minute: number, second: number];

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

function offsetMinutes(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function timeMs(hours: number, minutes: number, seconds: number): number {
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

function utcText(timeMs: number): string | undefined {
  return timeMs < FIRST_MS || timeMs > LAST_MS ? undefined : new Date(timeMs).toISOString();
}
