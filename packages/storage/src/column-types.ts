import pg from 'pg';
import { DatabaseError } from './database-error.ts';

/** Type numbers of PostgreSQL's catalogue (`pg_type.oid`), which never change. */
const OID = {
  int8: 20,
  int8Array: 1016,
  date: 1082,
  dateArray: 1182,
  timestamp: 1114,
  timestampArray: 1115,
  timestamptz: 1184,
  timestamptzArray: 1185,
} as const;

type Parser = (text: string) => unknown;

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new DatabaseError({
    code: '22003',
    message: `bigint ${text} is beyond 2^53 and would lose digits; read it as text`,
  });
}

const driverParser = (oid: number): Parser => pg.types.getTypeParser(oid, 'text') as Parser;

const driverTimestamptz = driverParser(OID.timestamptz);

/** `infinity` is legal in PostgreSQL and no Date. */
function parseTimestamptz(text: string): Date {
  const value = driverTimestamptz(text);
  if (value instanceof Date) return value;
  throw new DatabaseError({ code: '22008', message: `timestamptz ${text} is no moment of the calendar` });
}

const asText: Parser = (text) => text;

const driverTextArray = driverParser(1009);

const arrayOf =
  (parse: Parser): Parser =>
  (text) => {
    const items = driverTextArray(text) as readonly (string | null)[];
    return items.map((item) => (item === null ? null : parse(item)));
  };

/** Dates without a zone stay text: the driver would read them in the zone of the host. */
const PARSERS: ReadonlyMap<number, Parser> = new Map([
  [OID.int8, parseInt8],
  [OID.int8Array, arrayOf(parseInt8)],
  [OID.timestamptz, parseTimestamptz],
  [OID.timestamptzArray, arrayOf(parseTimestamptz)],
  [OID.date, asText],
  [OID.dateArray, arrayOf(asText)],
  [OID.timestamp, asText],
  [OID.timestampArray, arrayOf(asText)],
]);

/** How columns become JavaScript values on both engines; the table is in `database.ts`. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format ?? 'text') === 'text'
      ? (PARSERS.get(oid) ?? driverParser(oid))
      : pg.types.getTypeParser(oid, 'binary')) as pg.CustomTypesConfig['getTypeParser'],
};
