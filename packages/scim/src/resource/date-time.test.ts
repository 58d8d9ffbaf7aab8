import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalDateTime } from './date-time.ts';

const READ: readonly [text: string, canonical: string][] = [
  ['2024-05-17T08:30:00Z', '2024-05-17T08:30:00.000Z'],
  ['2024-05-17t08:30:00z', '2024-05-17T08:30:00.000Z'],
  ['2024-05-17T08:30:00.5Z', '2024-05-17T08:30:00.500Z'],
  ['2024-05-17T08:30:00.1239999Z', '2024-05-17T08:30:00.123Z'],
  ['2024-05-17T08:30:00.123456789Z', '2024-05-17T08:30:00.123Z'],
  ['2024-05-17T08:30:00+05:45', '2024-05-17T02:45:00.000Z'],
  ['2024-01-01T00:30:00+01:00', '2023-12-31T23:30:00.000Z'],
  ['2024-12-31T23:30:00-01:00', '2025-01-01T00:30:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2000-02-29T00:00:00-00:00', '2000-02-29T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['0099-06-01T00:00:00Z', '0099-06-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
];

for (const [text, canonical] of READ) {
  test(`RFC 3339 5.6 ${text} is read`, () => assert.equal(canonicalDateTime(text), canonical));
}

const NONE: readonly [title: string, text: string][] = [
  ['no zone', '2024-05-17T08:30:00'],
  ['a date alone', '2024-05-17'],
  ['no seconds', '2024-05-17T08:30Z'],
  ['a blank for T', '2024-05-17 08:30:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['a leap day in a common year', '2023-02-29T00:00:00Z'],
  ['a leap day in a century', '1900-02-29T00:00:00Z'],
  ['day 31 of April', '2024-04-31T00:00:00Z'],
  ['day 0', '2024-04-00T00:00:00Z'],
  ['month 13', '2024-13-01T00:00:00Z'],
  ['month 0', '2024-00-01T00:00:00Z'],
  ['hour 24', '2024-05-17T24:00:00Z'],
  ['minute 60', '2024-05-17T00:60:00Z'],
  ['an offset of 24 hours', '2024-05-17T00:00:00+24:00'],
  ['an offset of 60 minutes', '2024-05-17T00:00:00+01:60'],
  ['an offset without colon', '2024-05-17T00:00:00+0100'],
  ['ten decimals', '2024-05-17T08:30:00.1234567890Z'],
  ['a year of five digits', '12026-01-01T00:00:00Z'],
  ['a signed year', '+02026-01-01T00:00:00Z'],
  ['year 0', '0000-06-01T00:00:00Z'],
  ['before year 1 in UTC', '0001-01-01T00:00:00+01:00'],
  ['after year 9999 in UTC', '9999-12-31T23:59:59-01:00'],
  ['digits of another script', '２０２４-05-17T08:30:00Z'],
  ['blanks around', ' 2024-05-17T08:30:00Z'],
];

for (const [title, text] of NONE) {
  test(`S10 ${title} is no date and time`, () => assert.equal(canonicalDateTime(text), undefined));
}

test('property: a date and time is read as JavaScript reads it, and its canonical form is itself', () => {
  const min = new Date('0001-01-01T00:00:00Z');
  const max = new Date('9999-12-31T23:59:59.999Z');
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      const text = date.toISOString();
      assert.equal(canonicalDateTime(text), text);
      assert.equal(canonicalDateTime(text.replace('Z', '+00:00')), text);
    }),
  );
});
