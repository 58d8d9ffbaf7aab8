import type { FieldLetter, FormatPart } from './custom-format.ts';
import type { DateTimeStyles } from './date-time-styles.ts';
import {
  type ClockFields,
  fullYear,
  instantOf,
  isInCalendar,
  MINUTE_MS,
  MONTHS,
  type Moment,
  SHORT_NAME_LENGTH,
  WEEKDAYS,
} from './moment.ts';

const FRACTION_DIGITS = 7;
const HOURS_OF_HALF_DAY = 12;
const OFFSET_MINUTES_MAX = 14 * 60;

/** What a text says, field by field; what it does not say is absent. */
interface Said {
  year?: number;
  month?: number;
  day?: number;
  weekday?: number;
  hour?: number;
  hourOfHalf?: number;
  half?: 'AM' | 'PM';
  minute?: number;
  second?: number;
  fraction?: number;
  /** Minutes east of UTC. */
  offset?: number;
  /** A `Z`: the clock is UTC. */
  utc?: boolean;
}

/**
 * Reads a text that has exactly the form of a format, as .NET's `DateTime.ParseExact` does.
 *
 * A date without a year is in `today`'s year, a time without a date on `today`.
 *
 * @returns undefined where the text does not fit the format, or names no real date
 */
export function parseMoment(
  text: string,
  parts: readonly FormatPart[],
  styles: DateTimeStyles,
  today: Date,
): Moment | undefined {
  const reader = new MomentReader(trim(text, styles), styles.allowInnerWhite);
  const said = reader.read(parts);
  return said && compose(said, styles, today);
}

function trim(text: string, styles: DateTimeStyles): string {
  const start = styles.allowLeadingWhite ? text.trimStart() : text;
  return styles.allowTrailingWhite ? start.trimEnd() : start;
}

class MomentReader {
  readonly #text: string;
  readonly #innerWhite: boolean;
  #position = 0;
  readonly #said: Said = {};

  constructor(text: string, innerWhite: boolean) {
    this.#text = text;
    this.#innerWhite = innerWhite;
  }

  read(parts: readonly FormatPart[]): Said | undefined {
    for (const [index, part] of parts.entries()) {
      this.#skipInnerWhite();
      const fits =
        part.kind === 'literal' ? this.#literal(part.text, parts[index + 1]) : this.#field(part.letter, part.count);
      if (!fits) return undefined;
    }
    this.#skipInnerWhite();
    return this.#position === this.#text.length ? this.#said : undefined;
  }

  #skipInnerWhite(): void {
    while (this.#innerWhite && /\s/.test(this.#text[this.#position] ?? '')) this.#position += 1;
  }

  #literal(text: string, next: FormatPart | undefined): boolean {
    if (text === 'Z') return this.#utcMark();
    if (this.#innerWhite && text.trim() === '') return true;
    if (this.#text.startsWith(text, this.#position)) {
      this.#position += text.length;
      return true;
    }
    return text === '.' && next?.kind === 'field' && next.letter === 'F';
  }

  #utcMark(): boolean {
    const mark = ['Z', 'GMT'].find((name) => this.#text.startsWith(name, this.#position));
    if (mark === undefined) return false;
    this.#position += mark.length;
    this.#said.utc = true;
    return true;
  }

  #field(letter: FieldLetter, count: number): boolean {
    switch (letter) {
      case 'y':
        return this.#say('year', this.#year(count));
      case 'M':
        return this.#say('month', count <= 2 ? this.#number(count) : this.#name(MONTHS, count, 1));
      case 'd':
        return count <= 2
          ? this.#say('day', this.#number(count))
          : this.#say('weekday', this.#name(WEEKDAYS, count, 0));
      case 'H':
        return this.#say('hour', this.#number(count));
      case 'h':
        return this.#say('hourOfHalf', this.#number(count));
      case 'm':
        return this.#say('minute', this.#number(count));
      case 's':
        return this.#say('second', this.#number(count));
      case 't':
        return this.#say('half', this.#halfOfDay(count));
      case 'f':
        return this.#say('fraction', this.#fraction(count, count));
      case 'F':
        return this.#say('fraction', this.#fraction(0, count));
      case 'g':
        return this.#literal('A.D.', undefined) || this.#literal('AD', undefined);
      case 'z':
        return this.#say('offset', this.#offset(count));
      case 'K':
        return this.#zone();
    }
  }

  /** Notes a field. A field that is said twice must be the same both times. */
  #say<K extends keyof Said>(field: K, value: Said[K] | undefined): boolean {
    if (value === undefined) return false;
    if (this.#said[field] !== undefined && this.#said[field] !== value) return false;
    this.#said[field] = value;
    return true;
  }

  #digits(min: number, max: number): string | undefined {
    let end = this.#position;
    while (end - this.#position < max && isDigit(this.#text[end])) end += 1;
    if (end - this.#position < min) return undefined;
    const digits = this.#text.slice(this.#position, end);
    this.#position = end;
    return digits;
  }

  /** One format letter reads one or two digits, more of them exactly two. */
  #number(count: number): number | undefined {
    const digits = count === 1 ? this.#digits(1, 2) : this.#digits(2, 2);
    return digits === undefined ? undefined : Number(digits);
  }

  #year(count: number): number | undefined {
    if (count > 2) return toNumber(this.#digits(count, count));
    const short = this.#number(count);
    return short === undefined ? undefined : fullYear(short);
  }

  #fraction(min: number, max: number): number | undefined {
    const digits = this.#digits(min, max);
    return digits === undefined ? undefined : Number(digits.padEnd(FRACTION_DIGITS, '0'));
  }

  #name(names: readonly string[], count: number, first: number): number | undefined {
    const forms = count === SHORT_NAME_LENGTH ? names.map((name) => name.slice(0, SHORT_NAME_LENGTH)) : names;
    const index = forms.findIndex((name) => this.#take(name));
    return index === -1 ? undefined : index + first;
  }

  #take(word: string): boolean {
    const here = this.#text.slice(this.#position, this.#position + word.length);
    if (here.toLowerCase() !== word.toLowerCase()) return false;
    this.#position += word.length;
    return true;
  }

  #halfOfDay(count: number): 'AM' | 'PM' | undefined {
    return (['AM', 'PM'] as const).find((half) => this.#take(count === 1 ? half.slice(0, 1) : half));
  }

  #offset(count: number): number | undefined {
    const sign = this.#text[this.#position];
    if (sign !== '+' && sign !== '-') return undefined;
    this.#position += 1;
    const hours = toNumber(this.#digits(count === 1 ? 1 : 2, 2));
    if (hours === undefined) return undefined;
    const minutes = count > 2 ? this.#offsetMinutes() : 0;
    if (minutes === undefined || minutes > 59) return undefined;
    return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  #offsetMinutes(): number | undefined {
    if (this.#text[this.#position] === ':') this.#position += 1;
    return toNumber(this.#digits(2, 2));
  }

  /** `K` reads a `Z`, an offset, or nothing. */
  #zone(): boolean {
    const character = this.#text[this.#position];
    if (character === 'Z') return this.#utcMark();
    if (character === '+' || character === '-') return this.#say('offset', this.#offset(3));
    return true;
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function toNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function compose(said: Said, styles: DateTimeStyles, today: Date): Moment | undefined {
  const hour = hourOf(said);
  if (hour === undefined) return undefined;
  const instant = instantOf({ ...dayOf(said, styles, today), ...timeOf(said, hour) });
  if (!instant || !isWeekday(instant.ms, said.weekday)) return undefined;
  if (Math.abs(said.offset ?? 0) > OFFSET_MINUTES_MAX) return undefined;
  const ms = instant.ms - (said.offset ?? 0) * MINUTE_MS;
  return isInCalendar(ms) ? { ms, ticks: instant.ticks, kind: kindOf(said, styles) } : undefined;
}

function hourOf({ hour, hourOfHalf, half }: Said): number | undefined {
  if (hourOfHalf === undefined) return isHalf(hour ?? 0, half) ? (hour ?? 0) : undefined;
  if (hourOfHalf > HOURS_OF_HALF_DAY) return undefined;
  const ofDay = (hourOfHalf % HOURS_OF_HALF_DAY) + (half === 'PM' ? HOURS_OF_HALF_DAY : 0);
  return hour === undefined || hour === ofDay ? ofDay : undefined;
}

/** An hour of 24 must lie in the half of the day that is named beside it. */
function isHalf(hour: number, half: Said['half']): boolean {
  return half === undefined || (half === 'AM') === hour < HOURS_OF_HALF_DAY;
}

function timeOf({ minute = 0, second = 0, fraction = 0 }: Said, hour: number) {
  return { hour, minute, second, fraction };
}

function dayOf(
  { year, month, day }: Said,
  styles: DateTimeStyles,
  today: Date,
): Pick<ClockFields, 'year' | 'month' | 'day'> {
  if (year !== undefined || month !== undefined || day !== undefined) {
    return { year: year ?? today.getUTCFullYear(), month: month ?? 1, day: day ?? 1 };
  }
  if (styles.noCurrentDateDefault) return { year: 1, month: 1, day: 1 };
  return { year: today.getUTCFullYear(), month: today.getUTCMonth() + 1, day: today.getUTCDate() };
}

function isWeekday(ms: number, weekday: number | undefined): boolean {
  return weekday === undefined || new Date(ms).getUTCDay() === weekday;
}

function kindOf(said: Said, styles: DateTimeStyles): Moment['kind'] {
  const zoned = said.utc || said.offset !== undefined;
  if (!zoned && !styles.assumeLocal && !styles.assumeUniversal) return 'unspecified';
  if (styles.adjustToUniversal) return 'utc';
  return said.utc && styles.roundtripKind ? 'utc' : 'local';
}
