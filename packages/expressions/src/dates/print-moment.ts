import type { FieldLetter, FormatPart } from './custom-format.ts';
import { MONTHS, type Moment, SHORT_NAME_LENGTH, TICKS_PER_MS, WEEKDAYS } from './moment.ts';

const HOURS_OF_HALF_DAY = 12;
const FRACTION_DIGITS = 7;

/** Prints a moment by a format, in the invariant culture. @see .NET, "Custom date and time format strings" */
export function printMoment(moment: Moment, parts: readonly FormatPart[]): string {
  const date = new Date(moment.ms);
  let printed = '';
  for (const part of parts) {
    if (part.kind === 'literal') printed += part.text;
    else if (part.letter === 'F') printed = printOptionalFraction(printed, moment, part.count);
    else printed += fields[part.letter](date, part.count, moment);
  }
  return printed;
}

type FieldPrinter = (date: Date, count: number, moment: Moment) => string;

const fields: { readonly [letter in Exclude<FieldLetter, 'F'>]: FieldPrinter } = {
  d: (date, count) => printDay(date, count),
  f: (_date, count, moment) => fractionOf(moment).slice(0, count),
  g: () => 'A.D.',
  h: (date, count) => pad(date.getUTCHours() % HOURS_OF_HALF_DAY || HOURS_OF_HALF_DAY, count),
  H: (date, count) => pad(date.getUTCHours(), count),
  K: (_date, _count, { kind }) => ({ utc: 'Z', local: '+00:00', unspecified: '' })[kind],
  m: (date, count) => pad(date.getUTCMinutes(), count),
  M: (date, count) => printMonth(date, count),
  s: (date, count) => pad(date.getUTCSeconds(), count),
  t: (date, count) => (date.getUTCHours() < HOURS_OF_HALF_DAY ? 'AM' : 'PM').slice(0, Math.min(count, 2)),
  y: (date, count) => printYear(date.getUTCFullYear(), count),
  z: (_date, count) => ['+0', '+00', '+00:00'][Math.min(count, 3) - 1] ?? '',
};

/** Two digits are the most that a field of a clock is filled to. */
function pad(value: number, count: number): string {
  return String(value).padStart(Math.min(count, 2), '0');
}

function printDay(date: Date, count: number): string {
  if (count <= 2) return pad(date.getUTCDate(), count);
  const name = WEEKDAYS[date.getUTCDay()] ?? '';
  return count === SHORT_NAME_LENGTH ? name.slice(0, SHORT_NAME_LENGTH) : name;
}

function printMonth(date: Date, count: number): string {
  if (count <= 2) return pad(date.getUTCMonth() + 1, count);
  const name = MONTHS[date.getUTCMonth()] ?? '';
  return count === SHORT_NAME_LENGTH ? name.slice(0, SHORT_NAME_LENGTH) : name;
}

function printYear(year: number, count: number): string {
  return count <= 2 ? pad(year % 100, count) : String(year).padStart(count, '0');
}

function fractionOf({ ms, ticks }: Moment): string {
  const fraction = new Date(ms).getUTCMilliseconds() * TICKS_PER_MS + ticks;
  return String(fraction).padStart(FRACTION_DIGITS, '0');
}

/** `F` leaves trailing zeros out, and with all its digits the point before it. */
function printOptionalFraction(before: string, moment: Moment, count: number): string {
  const digits = fractionOf(moment).slice(0, count).replace(/0+$/, '');
  if (digits !== '') return before + digits;
  return before.endsWith('.') ? before.slice(0, -1) : before;
}
