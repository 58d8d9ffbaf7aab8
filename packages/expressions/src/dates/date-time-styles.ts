/** How a date's text is read. @see .NET, DateTimeStyles */
export interface DateTimeStyles {
  readonly allowLeadingWhite: boolean;
  readonly allowTrailingWhite: boolean;
  readonly allowInnerWhite: boolean;
  readonly noCurrentDateDefault: boolean;
  readonly adjustToUniversal: boolean;
  readonly assumeLocal: boolean;
  readonly assumeUniversal: boolean;
  readonly roundtripKind: boolean;
}

const LEADING_WHITE = 1;
const TRAILING_WHITE = 2;
const INNER_WHITE = 4;
const NO_CURRENT_DATE_DEFAULT = 8;
const ADJUST_TO_UNIVERSAL = 16;
const ASSUME_LOCAL = 32;
const ASSUME_UNIVERSAL = 64;
const ROUNDTRIP_KIND = 128;
const ALL = 255;

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['allowleadingwhite', LEADING_WHITE],
  ['allowtrailingwhite', TRAILING_WHITE],
  ['allowinnerwhite', INNER_WHITE],
  ['allowwhitespaces', LEADING_WHITE | TRAILING_WHITE | INNER_WHITE],
  ['nocurrentdatedefault', NO_CURRENT_DATE_DEFAULT],
  ['adjusttouniversal', ADJUST_TO_UNIVERSAL],
  ['assumelocal', ASSUME_LOCAL],
  ['assumeuniversal', ASSUME_UNIVERSAL],
  ['roundtripkind', ROUNDTRIP_KIND],
]);

/** What holds where no styles are given. @see Entra, "Reference for writing expressions", FormatDateTime */
export const DEFAULT_STYLES: DateTimeStyles = fromFlags(ROUNDTRIP_KIND | LEADING_WHITE | TRAILING_WHITE);

/**
 * Reads styles: names with commas between them, each with or without `DateTimeStyles.` before it, or the
 * number that they add up to.
 *
 * @returns undefined for a name that is no style, and for styles that exclude each other
 */
export function readStyles(text: string): DateTimeStyles | undefined {
  if (text.trim() === '') return DEFAULT_STYLES;
  const flags = /^\d{1,3}$/.test(text.trim()) ? Number(text) : flagsOf(text);
  return flags === undefined || flags > ALL || areContradictory(flags) ? undefined : fromFlags(flags);
}

function flagsOf(text: string): number | undefined {
  let flags = 0;
  for (const written of text.split(/[,|]/)) {
    const name = written.trim().toLowerCase().replace('datetimestyles.', '');
    const flag = FLAGS.get(name);
    if (flag === undefined) return undefined;
    flags |= flag;
  }
  return flags;
}

function areContradictory(flags: number): boolean {
  const assumed = flags & (ASSUME_LOCAL | ASSUME_UNIVERSAL);
  if (assumed === (ASSUME_LOCAL | ASSUME_UNIVERSAL)) return true;
  return (flags & ROUNDTRIP_KIND) !== 0 && (assumed !== 0 || (flags & ADJUST_TO_UNIVERSAL) !== 0);
}

function fromFlags(flags: number): DateTimeStyles {
  const has = (flag: number) => (flags & flag) !== 0;
  return Object.freeze({
    allowLeadingWhite: has(LEADING_WHITE),
    allowTrailingWhite: has(TRAILING_WHITE),
    allowInnerWhite: has(INNER_WHITE),
    noCurrentDateDefault: has(NO_CURRENT_DATE_DEFAULT),
    adjustToUniversal: has(ADJUST_TO_UNIVERSAL),
    assumeLocal: has(ASSUME_LOCAL),
    assumeUniversal: has(ASSUME_UNIVERSAL),
    roundtripKind: has(ROUNDTRIP_KIND),
  });
}
