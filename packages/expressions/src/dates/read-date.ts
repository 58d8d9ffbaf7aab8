import { fullYear, instantOf, isInCalendar, MINUTE_MS, MONTHS, SHORT_NAME_LENGTH, WEEKDAYS } from './moment.ts';

/** An instant with what its milliseconds leave out, in units of 100 ns. */
export interface Instant {
  readonly ms: number;
  readonly ticks: number;
}

const TEXT_LENGTH_MAX = 64;
const FRACTION_DIGITS = 7;
const HOURS_OF_HALF_DAY = 12;
const OFFSET_MINUTES_MAX = 14 * 60;

const WEEKDAY = new RegExp(`(?:${namesPattern(WEEKDAYS)})\\.?,?\\s+`, 'iy');
const MONTH = namesPattern(MONTHS);
const YEAR_FIRST = /(?<year>\d{4})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})(?!\d)/y;
const MONTH_FIRST = /(?<month>\d{1,2})([-/.])(?<day>\d{1,2})\2(?<year>\d{4}|\d{2})(?!\d)/y;
const DAY_AND_NAME = new RegExp(`(?<day>\\d{1,2})[- ](?<name>${MONTH})[- ](?<year>\\d{4})(?!\\d)`, 'iy');
const NAME_AND_DAY = new RegExp(`(?<name>${MONTH}) (?<day>\\d{1,2}),? (?<year>\\d{4})(?!\\d)`, 'iy');
const TIME =
  /(?:T|,?\s+)(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,20}))?)?(?:\s*(?<half>[AP]M))?/iy;
const ZONE = /\s*(?:(?<utc>Z|GMT|UTC)|(?<sign>[+-])(?<hours>\d{1,2})(?::?(?<minutes>\d{2}))?)/iy;

/**
 * Reads a date and time in the forms that .NET's invariant culture reads without a format: year first
 * (ISO 8601), month first (`3/16/2020 7:00 AM`), and with the month's name. A date alone may carry an
 * offset, `2020-03-16-07:00`, and means midnight there. Without an offset it is UTC.
 *
 * @returns undefined where the text is in none of these forms, or names no real date
 * @see Entra, "Reference for writing expressions", CDate
 */
export function readDate(text: string): Instant | undefined {
  const trimmed = text.trim();
  if (trimmed.length > TEXT_LENGTH_MAX) return undefined;
  let at = matchAt(WEEKDAY, trimmed, 0)?.[0].length ?? 0;
  const day = findDay(trimmed, at);
  if (!day) return undefined;
  at += day[0].length;
  const time = matchAt(TIME, trimmed, at);
  at += time?.[0].length ?? 0;
  const zone = matchAt(ZONE, trimmed, at);
  if (at + (zone?.[0].length ?? 0) !== trimmed.length) return undefined;
  return compose(day.groups ?? {}, time?.groups ?? {}, zone?.groups ?? {});
}

type Groups = Readonly<Record<string, string | undefined>>;

function namesPattern(names: readonly string[]): string {
  return names.flatMap((name) => [name, name.slice(0, SHORT_NAME_LENGTH)]).join('|');
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function findDay(text: string, at: number): RegExpExecArray | undefined {
  for (const pattern of [YEAR_FIRST, MONTH_FIRST, DAY_AND_NAME, NAME_AND_DAY]) {
    const match = matchAt(pattern, text, at);
    if (match) return match;
  }
  return undefined;
}

function compose(day: Groups, time: Groups, zone: Groups): Instant | undefined {
  const hour = hourOf(time);
  const offset = offsetOf(zone);
  if (hour === undefined || offset === undefined) return undefined;
  const instant = instantOf({
    year: yearOf(day.year ?? ''),
    month: day.name ? monthOf(day.name) : Number(day.month),
    day: Number(day.day),
    hour,
    minute: Number(time.minute ?? 0),
    second: Number(time.second ?? 0),
    fraction: Number((time.fraction ?? '').padEnd(FRACTION_DIGITS, '0').slice(0, FRACTION_DIGITS)),
  });
  if (!instant) return undefined;
  const ms = instant.ms - offset * MINUTE_MS;
  return isInCalendar(ms) ? { ms, ticks: instant.ticks } : undefined;
}

function yearOf(digits: string): number {
  return digits.length === 2 ? fullYear(Number(digits)) : Number(digits);
}

function monthOf(name: string): number {
  const short = name.slice(0, SHORT_NAME_LENGTH).toLowerCase();
  return MONTHS.findIndex((month) => month.toLowerCase().startsWith(short)) + 1;
}

function hourOf({ hour = '0', half }: Groups): number | undefined {
  const number = Number(hour);
  if (half === undefined) return number;
  if (number < 1 || number > HOURS_OF_HALF_DAY) return undefined;
  return (number % HOURS_OF_HALF_DAY) + (half.toUpperCase() === 'PM' ? HOURS_OF_HALF_DAY : 0);
}

/** Minutes east of UTC. */
function offsetOf({ sign, hours = '0', minutes = '0' }: Groups): number | undefined {
  const offset = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || offset > OFFSET_MINUTES_MAX) return undefined;
  return sign === '-' ? -offset : offset;
}
