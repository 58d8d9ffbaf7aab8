import { DAY_MS, daysInMonth, HOUR_MS, isInCalendar, MINUTE_MS } from './moment.ts';

/** The units of `DateAdd` and `DateDiff`: year, month, day, week, hour, minute, second. */
export type Interval = 'yyyy' | 'm' | 'd' | 'ww' | 'h' | 'n' | 's';

export const INTERVALS: readonly Interval[] = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's'];

const DAYS_PER_WEEK = 7;
const MONTHS_PER_YEAR = 12;
const SECOND_MS = 1000;
/** The units that are a fixed stretch of time. */
const LENGTH_MS: Readonly<Record<Exclude<Interval, 'yyyy' | 'm'>, number>> = {
  d: DAY_MS,
  ww: DAYS_PER_WEEK * DAY_MS,
  h: HOUR_MS,
  n: MINUTE_MS,
  s: SECOND_MS,
};

/** Finds a unit by its letters, in any case. */
export function findInterval(text: string): Interval | undefined {
  return INTERVALS.find((interval) => interval === text.toLowerCase());
}

/**
 * Adds units to an instant. A month or year keeps the day, or takes the last of a shorter month.
 *
 * @returns undefined where the result leaves the years 1 to 9999
 * @see Entra, "Reference for writing expressions", DateAdd
 */
export function addInterval(ms: number, interval: Interval, count: number): number | undefined {
  const result = addUnchecked(ms, interval, count);
  return isInCalendar(result) ? result : undefined;
}

function addUnchecked(ms: number, interval: Interval, count: number): number {
  if (interval === 'yyyy') return addMonths(ms, count * MONTHS_PER_YEAR);
  if (interval === 'm') return addMonths(ms, count);
  return ms + count * LENGTH_MS[interval];
}

function addMonths(ms: number, count: number): number {
  const date = new Date(ms);
  const months = date.getUTCFullYear() * MONTHS_PER_YEAR + date.getUTCMonth() + count;
  const year = Math.floor(months / MONTHS_PER_YEAR);
  const month = months - year * MONTHS_PER_YEAR;
  const day = Math.min(date.getUTCDate(), daysInMonth(year, month + 1));
  return date.setUTCFullYear(year, month, day);
}

/**
 * Counts the units from one instant to another, negative when it goes back, as Visual Basic's `DateDiff`
 * does: years and months by their numbers in the calendar, weeks by the Sundays passed, and days, hours,
 * minutes and seconds by those that have passed whole.
 *
 * @see Entra, "Reference for writing expressions", DateDiff
 */
export function differenceIn(interval: Interval, from: number, to: number): number {
  if (interval === 'yyyy') return new Date(to).getUTCFullYear() - new Date(from).getUTCFullYear();
  if (interval === 'm') return monthNumber(to) - monthNumber(from);
  if (interval === 'ww') return whole(wholeDays(weekStart(to) - weekStart(from)) / DAYS_PER_WEEK);
  return whole((to - from) / LENGTH_MS[interval]);
}

function monthNumber(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * MONTHS_PER_YEAR + date.getUTCMonth();
}

/** The same time of day on the Sunday on or before. */
function weekStart(ms: number): number {
  return ms - new Date(ms).getUTCDay() * DAY_MS;
}

function wholeDays(ms: number): number {
  return whole(ms / DAY_MS);
}

/** Cuts toward zero, and never yields a negative zero. */
function whole(number: number): number {
  return Math.trunc(number) + 0;
}
