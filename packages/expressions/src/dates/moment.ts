/**
 * A point in time with what .NET's `DateTime` carries: the wall clock, to 100 nanoseconds, and a kind.
 *
 * The host's time zone is UTC, as it is on Entra's hosts, so that local time and UTC show the same clock.
 */
export interface Moment {
  /** Milliseconds of the wall clock since 1970, read as UTC. */
  readonly ms: number;
  /** What the milliseconds leave out, in units of 100 ns: 0 to 9,999. */
  readonly ticks: number;
  readonly kind: 'unspecified' | 'utc' | 'local';
}

/** The fields of a wall clock. A month counts from 1. */
export interface ClockFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Fraction of the second in units of 100 ns: 0 to 9,999,999. */
  readonly fraction: number;
}

export const TICKS_PER_MS = 10_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The first and the last instant of .NET's calendar: the years 1 to 9999. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

/** Says whether an instant lies in the years 1 to 9999. */
export function isInCalendar(ms: number): boolean {
  return ms >= FIRST_MS && ms <= LAST_MS;
}

/** The instant that a wall clock shows, or undefined where there is no such day or time. */
export function instantOf(fields: ClockFields): { readonly ms: number; readonly ticks: number } | undefined {
  const { year, month, day, hour, minute, second, fraction } = fields;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, Math.floor(fraction / TICKS_PER_MS));
  return { ms: date.getTime(), ticks: fraction % TICKS_PER_MS };
}

/** The number of days of a month, counted from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The last year of the century that a two-digit year falls into, as .NET's calendar has it. */
const TWO_DIGIT_YEAR_MAX = 2049;

/** Completes a year of two digits. */
export function fullYear(twoDigits: number): number {
  const century = Math.floor(TWO_DIGIT_YEAR_MAX / 100) * 100;
  return twoDigits <= TWO_DIGIT_YEAR_MAX % 100 ? century + twoDigits : century - 100 + twoDigits;
}

/** Names of the invariant culture, in calendar order. */
export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const WEEKDAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];
/** Length of the short form of a month's or weekday's name. */
export const SHORT_NAME_LENGTH = 3;
