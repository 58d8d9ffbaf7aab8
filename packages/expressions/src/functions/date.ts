import { type Argument, type Arguments, bigIntegerOf, integerOf, singleOf, textOf, textOrEmpty } from '../argument.ts';
import { type FormatPart, readFormat } from '../dates/custom-format.ts';
import { type DateTimeStyles, readStyles } from '../dates/date-time-styles.ts';
import { addInterval, differenceIn, findInterval, INTERVALS, type Interval } from '../dates/interval.ts';
import { isInCalendar, type Moment, TICKS_PER_MS } from '../dates/moment.ts';
import { parseMoment } from '../dates/parse-moment.ts';
import { printMoment } from '../dates/print-moment.ts';
import { type Instant, readDate } from '../dates/read-date.ts';
import type { Expression, FunctionCall } from '../expression.ts';
import type { Run } from '../run.ts';
import { integerValue, type Value } from '../value.ts';
import type { Finding, FunctionDefinition } from './function-definition.ts';

/** Windows counts from 1601. @see Windows, FILETIME */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;
const TICKS = BigInt(TICKS_PER_MS);

/** The argument as an instant; null and the empty text are null. @throws {EvaluationError} a text that is no date */
function instantOf(argument: Argument, run: Run): Instant | null {
  const value = singleOf(argument, run);
  if (value === null || value === '') return null;
  if (value instanceof Date) return { ms: value.getTime(), ticks: 0 };
  const instant = typeof value === 'string' ? readDate(value) : undefined;
  if (instant) return instant;
  return run.fail('invalidDate', `${run.show(value)} is not a date: write it as 2020-03-16 or 2020-03-16T07:00:00Z`);
}

function toDate([value]: Arguments, run: Run): Value {
  const instant = instantOf(value, run);
  return instant && new Date(instant.ms);
}

function dateAdd([interval, count, date]: Arguments, run: Run): Value {
  const unit = intervalOf(interval, run);
  const instant = instantOf(date, run);
  if (!instant) return null;
  const result = addInterval(instant.ms, unit, integerOf(count, 'value', run));
  return result === undefined ? run.fail('outOfRange', 'the date leaves the years 1 to 9999') : new Date(result);
}

function dateDiff([interval, one, other]: Arguments, run: Run): Value {
  const unit = intervalOf(interval, run);
  const from = instantOf(one, run);
  const to = instantOf(other, run);
  return from && to && differenceIn(unit, from.ms, to.ms);
}

function intervalOf(argument: Argument, run: Run): Interval {
  const text = textOrEmpty(argument, run);
  const interval = findInterval(text);
  return interval ?? run.fail('invalidArgument', `interval is one of ${INTERVALS.join(', ')}, found ${run.show(text)}`);
}

/** `DateFromNum`: from a Windows file time. 0 and the largest value, which AD uses for "never", are no date. */
function dateFromNum([value]: Arguments, run: Run): Value {
  const single = singleOf(value, run);
  if (single === null || single === '') return null;
  const ms = Number(bigIntegerOf(single, 'value', run) / TICKS - FILETIME_EPOCH_MS);
  if (isInCalendar(ms)) return new Date(ms);
  return run.fail('outOfRange', `${run.show(single)} is a file time outside the years 1 to 9999`);
}

function numFromDate([value]: Arguments, run: Run): Value {
  const instant = instantOf(value, run);
  if (!instant) return null;
  return integerValue((BigInt(instant.ms) + FILETIME_EPOCH_MS) * TICKS + BigInt(instant.ticks));
}

/**
 * `FormatDateTime(source, dateTimeStyles, inputFormat, outputFormat)`: a date's text in another format.
 * A date that another function made is printed whatever the input format. Null and empty stay as they are.
 *
 * @see Entra, "Reference for writing expressions", FormatDateTime
 */
function formatDateTime([source, styles, inputFormat, outputFormat]: Arguments, run: Run): Value {
  const value = singleOf(source, run);
  if (value === null || value === '') return value;
  const output = formatOf(outputFormat, 'outputFormat', run);
  if (value instanceof Date) return printMoment({ ms: value.getTime(), ticks: 0, kind: 'utc' }, output);
  return printMoment(momentOf(value, inputFormat, stylesOf(styles, run), run), output);
}

function momentOf(value: Value, inputFormat: Argument, styles: DateTimeStyles, run: Run): Moment {
  const text = textOrEmpty(value, run);
  const moment = parseMoment(text, formatOf(inputFormat, 'inputFormat', run), styles, run.context.now);
  if (moment) return moment;
  const format = JSON.stringify(textOf(inputFormat, run));
  return run.fail('invalidDate', `${run.show(text)} does not fit the input format ${format}`);
}

function formatOf(argument: Argument, name: string, run: Run): readonly FormatPart[] {
  const reading = readFormat(textOrEmpty(argument, run));
  return reading.problem === undefined ? reading.parts : run.fail('invalidArgument', `${name}: ${reading.problem}`);
}

function stylesOf(argument: Argument, run: Run): DateTimeStyles {
  const text = textOrEmpty(argument, run);
  return readStyles(text) ?? run.fail('invalidArgument', `${run.show(text)} is no combination of DateTimeStyles`);
}

function checkInterval(call: FunctionCall): Finding | undefined {
  const at = call.arguments[0];
  if (at?.kind !== 'text' || findInterval(at.value)) return undefined;
  const expected = `an interval: ${INTERVALS.join(', ')}`;
  return { at, expected, found: `"${at.value}"`, message: `"${at.value}" is no interval: ${INTERVALS.join(', ')}` };
}

function checkFormats(call: FunctionCall): Finding | undefined {
  const [, styles, ...formats] = call.arguments;
  const wrongStyles = styles?.kind === 'text' && !readStyles(styles.value);
  if (wrongStyles)
    return findingAt(styles, 'a combination of DateTimeStyles', 'it is no combination of DateTimeStyles');
  for (const format of formats) {
    const problem = format.kind === 'text' ? readFormat(format.value).problem : undefined;
    if (problem) return findingAt(format, 'a .NET date format', problem);
  }
  return undefined;
}

function findingAt(at: Expression, expected: string, reason: string): Finding {
  const found = at.kind === 'text' ? JSON.stringify(at.value) : at.kind;
  return { at, expected, found, message: `expected ${expected}, found ${found}: ${reason}` };
}

/** The functions of dates. Dates between functions are instants; their text is in UTC. */
export const DATES: readonly FunctionDefinition[] = [
  { name: 'CDate', parameters: [{ name: 'expression' }], evaluate: toDate },
  { name: 'Now', parameters: [], impure: 'clock', evaluate: (_values, run) => new Date(run.context.now) },
  {
    name: 'DateAdd',
    parameters: [{ name: 'interval' }, { name: 'value' }, { name: 'dateTime' }],
    check: checkInterval,
    evaluate: dateAdd,
  },
  {
    name: 'DateDiff',
    parameters: [{ name: 'interval' }, { name: 'date1' }, { name: 'date2' }],
    check: checkInterval,
    evaluate: dateDiff,
  },
  { name: 'DateFromNum', parameters: [{ name: 'value' }], evaluate: dateFromNum },
  { name: 'NumFromDate', parameters: [{ name: 'value' }], evaluate: numFromDate },
  {
    name: 'FormatDateTime',
    parameters: [
      { name: 'source' },
      { name: 'dateTimeStyles', optional: true },
      { name: 'inputFormat' },
      { name: 'outputFormat' },
    ],
    check: checkFormats,
    evaluate: formatDateTime,
  },
];
