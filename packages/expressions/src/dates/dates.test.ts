import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluateText } from '../testing/evaluation.ts';
import { readFormat } from './custom-format.ts';
import { DEFAULT_STYLES, readStyles } from './date-time-styles.ts';
import { addInterval, differenceIn, INTERVALS } from './interval.ts';
import { parseMoment } from './parse-moment.ts';
import { printMoment } from './print-moment.ts';
import { readDate } from './read-date.ts';

const TODAY = new Date('2026-01-02T03:04:05Z');

const read: readonly (readonly [text: string, iso: string | undefined])[] = [
  ['2020-03-16', '2020-03-16T00:00:00.000Z'],
  ['2020-03-16-07:00', '2020-03-16T07:00:00.000Z'],
  ['2020-03-16+0530', '2020-03-15T18:30:00.000Z'],
  ['2020-03-16Z', '2020-03-16T00:00:00.000Z'],
  ['2020-03-16T07:08', '2020-03-16T07:08:00.000Z'],
  ['2020-03-16T07:08:09.1234567Z', '2020-03-16T07:08:09.123Z'],
  ['2020-03-16 07:08:09 -07:00', '2020-03-16T14:08:09.000Z'],
  ['2020/3/6', '2020-03-06T00:00:00.000Z'],
  ['3/16/2020', '2020-03-16T00:00:00.000Z'],
  ['3/16/2020 12:00:00 AM', '2020-03-16T00:00:00.000Z'],
  ['3/16/2020 12:30 pm', '2020-03-16T12:30:00.000Z'],
  ['3/16/49', '2049-03-16T00:00:00.000Z'],
  ['3/16/50', '1950-03-16T00:00:00.000Z'],
  ['Mon, 16 Mar 2020 07:08:09 GMT', '2020-03-16T07:08:09.000Z'],
  ['16 March 2020', '2020-03-16T00:00:00.000Z'],
  ['March 16, 2020', '2020-03-16T00:00:00.000Z'],
  [' 2020-02-29 ', '2020-02-29T00:00:00.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ['2021-02-29', undefined],
  ['2020-13-01', undefined],
  ['13/1/2020', undefined],
  ['2020-03-16T24:00', undefined],
  ['3/16/2020 13:00 PM', undefined],
  ['2020-03-16+15:00', undefined],
  ['0001-01-01+01:00', undefined],
  ['2020-03-16 and more', undefined],
  ['20200316', undefined],
  ['', undefined],
  [`2020-03-16${' '.repeat(99)}x`, undefined],
];

for (const [text, iso] of read) {
  test(`reads the date ${JSON.stringify(text)} as ${iso ?? 'none'}`, () => {
    const instant = readDate(text);
    assert.equal(instant && new Date(instant.ms).toISOString(), iso);
  });
}

/** FormatDateTime: text, styles, input format, output format, result. */
const reformatted: readonly (readonly [string, string, string, string, string])[] = [
  ['20150123', '', 'yyyyMMdd', 'dd.MM.yyyy', '23.01.2015'],
  ['1/2/2015 3:04:05 PM', '', 'M/d/yyyy h:mm:ss tt', 'yyyy-MM-ddTHH:mm:ss', '2015-01-02T15:04:05'],
  ['12:00 AM', 'NoCurrentDateDefault', 'hh:mm tt', 'HH:mm', '00:00'],
  ['2015-01-23', '', 'yyyy-MM-dd', 'dddd, d MMMM yy', 'Friday, 23 January 15'],
  ['2015-01-23', '', 'yyyy-MM-dd', 'ddd d MMM yyy', 'Fri 23 Jan 2015'],
  ['Fri 23 Jan 2015', '', 'ddd d MMM yyyy', 'M/d/yyyy', '1/23/2015'],
  ['2015-01-23T10:00:00.1234567Z', '', 'o', 'o', '2015-01-23T10:00:00.1234567Z'],
  ['2015-01-23T10:00:00.5', '', "yyyy-MM-dd'T'HH:mm:ss.FFF", 'ss.fff', '00.500'],
  ['2015-01-23T10:00:00', '', 'yyyy-MM-ddTHH:mm:ss.FFF', 'HH:mm:ss.FFF', '10:00:00'],
  ['2020-12-31-08:00', '', 'yyyy-MM-ddzzz', 'yyyy-MM-dd HH', '2020-12-31 08'],
  ['2020-12-31+08:00', '', 'yyyy-MM-ddK', 'yyyy-MM-dd HH zzz', '2020-12-30 16 +00:00'],
  ['2020-12-31', '', 'yyyy-MM-dd', 'yyyy\'year\'\\d%d "x"', '2020yeard31 x'],
  ['  2020-12-31  ', '', 'yyyy-MM-dd', 'd', '12/31/2020'],
  ['31 . 12 . 2020', 'AllowWhiteSpaces', 'd.M.yyyy', 'yyyy-MM-dd', '2020-12-31'],
  ['2020-12-31', 'AssumeUniversal, AdjustToUniversal', 'yyyy-MM-dd', 'yyyy-MM-ddK', '2020-12-31Z'],
  ['2020-12-31', '32', 'yyyy-MM-dd', 'yyyy-MM-ddK', '2020-12-31+00:00'],
  ['5', '', '%d', 'yyyy-MM-dd', '2026-01-05'],
  ['7/1', '', 'd/M', 'yyyy-MM-dd', '2026-01-07'],
  ['13:14', '', 'HH:mm', 'yyyy-MM-dd HH:mm', '2026-01-02 13:14'],
  ['99', '', 'yy', 'yyyy-MM-dd', '1999-01-01'],
  ['2020-12-31', '', 'yyyy-MM-dd', 'R', 'Thu, 31 Dec 2020 00:00:00 GMT'],
  ['2020-12-31', '', 'yyyy-MM-dd', 'yyyyy h t gg', '02020 12 A A.D.'],
];

for (const [text, styles, input, output, result] of reformatted) {
  test(`FormatDateTime of ${text} from ${input} (${styles || 'no styles'}) to ${output} is ${result}`, () => {
    const source = { text, styles, input, output };
    assert.equal(evaluateText('FormatDateTime([text], [styles], [input], [output])', source), result);
  });
}

const unfit: readonly (readonly [text: string, format: string])[] = [
  ['2015-1-23', 'yyyy-MM-dd'],
  ['2015-01-23 ', "yyyy-MM-dd'x'"],
  ['2015-02-30', 'yyyy-MM-dd'],
  ['Mon 23 Jan 2015', 'ddd d MMM yyyy'],
  ['13:00 PM', 'hh:mm tt'],
  ['13:00 AM', 'HH:mm tt'],
  ['12', 'yyyy'],
  ['01 02', 'dd dd'],
  ['2015-01-23+15:00', 'yyyy-MM-ddzzz'],
];

for (const [text, format] of unfit) {
  test(`${text} does not fit ${format}`, () => {
    const reading = readFormat(format);
    assert.ok(reading.problem === undefined);
    assert.equal(parseMoment(text, reading.parts, DEFAULT_STYLES, TODAY), undefined);
  });
}

for (const format of ['', 'x', "yyyy'", 'yyyy\\', '%', '%%', 'ffffffff', 'y'.repeat(200)]) {
  test(`${JSON.stringify(format)} is no date format`, () => {
    assert.ok(readFormat(format).problem);
  });
}

test('styles are read by name and number, and contradictory ones are refused', () => {
  assert.deepEqual(readStyles('DateTimeStyles.AllowLeadingWhite | AllowTrailingWhite, roundtripkind'), DEFAULT_STYLES);
  assert.deepEqual(readStyles('131'), DEFAULT_STYLES);
  for (const text of ['Sloppy', '999', 'AssumeLocal, AssumeUniversal', 'RoundtripKind, AdjustToUniversal']) {
    assert.equal(readStyles(text), undefined, text);
  }
});

const added: readonly (readonly [start: string, interval: (typeof INTERVALS)[number], count: number, end: string])[] = [
  ['2020-01-31', 'm', 1, '2020-02-29'],
  ['2020-03-31', 'm', -1, '2020-02-29'],
  ['2020-02-29', 'yyyy', 1, '2021-02-28'],
  ['2020-12-15', 'm', 1, '2021-01-15'],
  ['2020-01-15', 'm', -13, '2018-12-15'],
  ['2020-02-28', 'd', 2, '2020-03-01'],
  ['2020-01-01', 'ww', -1, '2019-12-25'],
  ['2020-01-01', 'h', 48, '2020-01-03'],
  ['2020-01-01', 'n', -1440, '2019-12-31'],
  ['2020-01-01', 's', 86_400, '2020-01-02'],
];

for (const [start, interval, count, end] of added) {
  test(`${start} and ${count} ${interval} is ${end}`, () => {
    assert.equal(addInterval(Date.parse(start), interval, count), Date.parse(end));
  });
}

const differences: readonly (readonly [
  interval: (typeof INTERVALS)[number],
  from: string,
  to: string,
  count: number,
])[] = [
  ['yyyy', '2020-12-31T23:59:59Z', '2021-01-01T00:00:00Z', 1],
  ['m', '2020-12-31T23:59:59Z', '2021-01-01T00:00:00Z', 1],
  ['ww', '2021-01-02T12:00:00Z', '2021-01-03T12:00:00Z', 1],
  ['ww', '2021-01-03T12:00:00Z', '2021-01-09T12:00:00Z', 0],
  ['d', '2021-01-01T23:00:00Z', '2021-01-02T01:00:00Z', 0],
  ['d', '2021-01-01T23:00:00Z', '2021-01-02T23:00:00Z', 1],
  ['h', '2021-01-01T00:59:59Z', '2021-01-01T01:00:00Z', 0],
  ['s', '2021-01-01T00:00:00Z', '2020-12-31T23:59:59.500Z', 0],
];

for (const [interval, from, to, count] of differences) {
  test(`from ${from} to ${to} there are ${count} ${interval}`, () => {
    assert.ok(Object.is(differenceIn(interval, Date.parse(from), Date.parse(to)), count));
  });
}

const anyInstant = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });

test('differences are the same back, with the other sign', () => {
  fc.assert(
    fc.property(anyInstant, anyInstant, fc.constantFrom(...INTERVALS), (one, other, interval) => {
      const there = differenceIn(interval, one.getTime(), other.getTime());
      assert.equal(there + differenceIn(interval, other.getTime(), one.getTime()), 0);
    }),
  );
});

test('what a full format prints, it parses back', () => {
  const formats = ['o', "yyyy-MM-dd'T'HH:mm:ss.fffK", 'dddd, d MMMM yyyy h:mm:ss.fff tt', 'yyyyMMddHHmmssfff'];
  fc.assert(
    fc.property(anyInstant, fc.constantFrom(...formats), (date, format) => {
      const reading = readFormat(format);
      assert.ok(reading.problem === undefined);
      const moment = { ms: date.getTime(), ticks: 0, kind: 'utc' } as const;
      const again = parseMoment(printMoment(moment, reading.parts), reading.parts, DEFAULT_STYLES, TODAY);
      assert.equal(again?.ms, moment.ms);
    }),
  );
});

test('a file time goes to a date and back, to the hundred nanoseconds', () => {
  assert.equal(evaluateText('NumFromDate("2060-01-02T03:04:05.1234567Z")'), '144847118451234567');
  assert.equal(evaluateText('NumFromDate(DateFromNum(129699324000000000))'), '129699324000000000');
});

test('the end of a contract becomes the file time that the documentation describes', () => {
  const expression =
    'NumFromDate(Join("", FormatDateTime([ContractEndDate], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))';
  assert.equal(evaluateText(expression, { ContractEndDate: '2020-12-31-08:00' }), '132539615990000000');
});

test('P14 any text is a date or none, in any format', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: fc.constantFrom(...'dfFghHKmMstyz:/. \'"\\%x') }), (text, format) => {
      readDate(text);
      const reading = readFormat(format);
      if (reading.problem === undefined) parseMoment(text, reading.parts, DEFAULT_STYLES, TODAY);
    }),
    { numRuns: 1_000 },
  );
});
