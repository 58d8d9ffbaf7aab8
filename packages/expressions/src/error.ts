/** Where something stands in the text of an expression. */
export interface Place {
  /** Offset from the start of the text, in UTF-16 units, from 0. */
  readonly position: number;
  /** Line, from 1. */
  readonly line: number;
  /** Column in its line, in UTF-16 units, from 1. */
  readonly column: number;
}

/** The start of a text. */
export const START: Place = Object.freeze({ position: 0, line: 1, column: 1 });

/** What was expected at a place of an expression, and what stands there. */
export interface Mismatch {
  readonly expected: string;
  readonly found: string;
}

/**
 * An expression that cannot be read or compiled: it breaks the grammar, or asks for a function or a form
 * that is not there. Nothing has been evaluated.
 */
export class ExpressionError extends Error implements Place, Mismatch {
  override readonly name = 'ExpressionError';
  readonly position: number;
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;

  constructor(place: Place, mismatch: Mismatch, message?: string) {
    const text = message ?? `expected ${mismatch.expected}, found ${mismatch.found}`;
    super(`line ${place.line}, column ${place.column}: ${text}`);
    this.position = place.position;
    this.line = place.line;
    this.column = place.column;
    this.expected = mismatch.expected;
    this.found = mismatch.found;
  }
}

/** Why an evaluation stopped. The two limits are instances of {@link LimitError}. */
export type EvaluationErrorCode =
  | 'stepLimit'
  | 'textLimit'
  | 'invalidArgument'
  | 'invalidDate'
  | 'multipleValues'
  | 'outOfRange';

/** The call or attribute that an evaluation was at. */
export interface Site extends Place {
  /** The function's name, or the attribute in brackets. */
  readonly name: string;
}

/**
 * One object's values do not suit an expression that is sound in itself: a text where a number belongs,
 * several values where one belongs, a date that is none. Other objects are not concerned.
 *
 * The message shows the value, except in an expression that uses `Redact`.
 */
export class EvaluationError extends Error implements Place {
  override readonly name: string = 'EvaluationError';
  readonly code: EvaluationErrorCode;
  /** The function that refused, or the attribute in brackets. */
  readonly site: string;
  readonly position: number;
  readonly line: number;
  readonly column: number;

  constructor(code: EvaluationErrorCode, site: Site, detail: string) {
    super(`${site.name} at line ${site.line}, column ${site.column}: ${detail}`);
    this.code = code;
    this.site = site.name;
    this.position = site.position;
    this.line = site.line;
    this.column = site.column;
  }
}

/** An evaluation that would cost more than one object may: too many steps, or a text that is too long. */
export class LimitError extends EvaluationError {
  override readonly name = 'LimitError';
}
