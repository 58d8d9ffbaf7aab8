/** What is wrong with a file, where, and what to do about it. */
export interface CsvFaultDetails {
  /** The file's name, without its folder. */
  readonly file: string;
  /** The line at which the fault begins, counted from 1; absent when it concerns the whole file. */
  readonly line?: number | undefined;
  readonly problem: string;
  readonly advice: string;
}

/**
 * The file as a whole cannot be trusted: nothing of it may be taken for read, and nothing that it lacks
 * may be taken for gone. A fault of one row is a `RefusedObject` instead.
 */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';
  /** `users.csv:12: two rows have …`: where and what, without the advice. */
  readonly problem: string;
  readonly advice: string;

  constructor(details: CsvFaultDetails, options?: ErrorOptions) {
    const place = details.line === undefined ? details.file : `${details.file}:${details.line}`;
    const problem = `${place}: ${details.problem}`;
    super(`${problem}. ${details.advice}`, options);
    this.problem = problem;
    this.advice = details.advice;
  }
}

/** The bytes are not text of the named encoding. With `encoding: 'auto'` the other encoding is tried. */
export class InvalidEncodingFault extends CsvFault {}

/** A value as an error message shows it: quoted, and cut where it is long. */
export function shown(value: string): string {
  const charsMax = 60;
  return JSON.stringify(value.length > charsMax ? `${value.slice(0, charsMax)}…` : value);
}
