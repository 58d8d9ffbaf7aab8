export type CsvEncoding = 'utf-8' | 'windows-1252';
export type CsvSeparator = ',' | ';' | '\t' | '|';

/** The separators that are looked for, the most usual first. */
export const CSV_SEPARATORS: readonly CsvSeparator[] = [',', ';', '\t', '|'];

/** How a pair of directory files is read. See README.md in this folder for the files themselves. */
export interface CsvSourceOptions {
  readonly usersFile: string;
  /** Without it the source has users only. */
  readonly groupsFile?: string;
  /**
   * Source attributes by header, for files whose headers are not Entra's names: `{ 'E-Mail': 'mail' }`.
   * Headers are compared without regard to case. A header that neither file has is a fault.
   */
  readonly columns?: Readonly<Record<string, string>>;
  /**
   * Default `utf-8`. `auto` reads UTF-8 where the whole file is valid UTF-8, and Windows-1252 otherwise:
   * a damaged UTF-8 file is then read with wrong letters, so name the encoding where it is known.
   */
  readonly encoding?: CsvEncoding | 'auto';
  /** Default `auto`: the one that occurs most often in the header. */
  readonly separator?: CsvSeparator | 'auto';
  /** Separates the ids in a group's `members`; default `;`. */
  readonly memberSeparator?: string;
  /**
   * Default `required`: a last line without a line break is taken for the end of a cut file. `optional`
   * is for exports that never write one, and gives that proof up.
   */
  readonly finalLineBreak?: 'required' | 'optional';
}

export type CsvSettings = Required<Omit<CsvSourceOptions, 'groupsFile'>> & { readonly groupsFile?: string };

/** Fills defaults in. Throws {TypeError} for values that no file could be read with. */
export function csvSettings(options: CsvSourceOptions): CsvSettings {
  const { groupsFile } = options;
  const settings: CsvSettings = {
    usersFile: options.usersFile,
    ...(groupsFile !== undefined && { groupsFile }),
    columns: options.columns ?? {},
    encoding: options.encoding ?? 'utf-8',
    separator: options.separator ?? 'auto',
    memberSeparator: options.memberSeparator ?? ';',
    finalLineBreak: options.finalLineBreak ?? 'required',
  };
  checkSeparators(settings);
  return settings;
}

function checkSeparators({ separator, memberSeparator }: CsvSettings): void {
  if (separator !== 'auto' && !CSV_SEPARATORS.includes(separator)) {
    throw new TypeError(`separator must be one of , ; tab | or 'auto', not ${JSON.stringify(separator)}`);
  }
  if (memberSeparator.length !== 1 || memberSeparator === '"') {
    throw new TypeError(`memberSeparator must be one character, not ${JSON.stringify(memberSeparator)}`);
  }
}
