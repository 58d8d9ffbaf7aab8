import { EvaluationError, type EvaluationErrorCode, LimitError, type Site, START } from './error.ts';
import { IGNORED, printValue, type SourceAttributes, type Value } from './value.ts';

/** What an evaluation may not know by itself. A fixed context gives a fixed result. */
export interface EvaluationContext {
  /** The time that `Now()` is, and the day of a time without a date. */
  readonly now: Date;
  /** Makes the GUID of `Guid()`. */
  newGuid(): string;
  /** Draws an integer from 0 to `bound - 1`, each as likely, for `RandomString`. Draw it from a secure source. */
  randomBelow(bound: number): number;
}

/** Most steps of one evaluation. A call is one step, and so is each element that a list function visits. */
export const STEPS_MAX = 10_000;
/** Longest text that an evaluation may read or make, in UTF-16 units. */
export const TEXT_LENGTH_MAX = 65_536;
/** What a log shows in place of a value under `Redact`. @see Entra, "Reference for writing expressions", Redact */
export const REDACTED_TEXT = '[Redact]';

/** So many characters cost as much as one step: it bounds the work on long texts. */
const CHARACTERS_PER_STEP_BITS = 10;
const SHOWN_MAX = 60;
const NO_SITE: Site = Object.freeze({ name: 'expression', ...START });

/** One evaluation of one expression on one source object: its inputs, its costs so far and where it is. */
export class Run {
  readonly source: SourceAttributes;
  readonly context: EvaluationContext;
  /** The expression uses `Redact`: no message may show a value. */
  readonly redacted: boolean;
  /** The call that is being evaluated; errors name it. */
  site: Site = NO_SITE;
  #steps = 0;

  constructor(source: SourceAttributes, context: EvaluationContext, redacted: boolean) {
    this.source = source;
    this.context = context;
    this.redacted = redacted;
  }

  /**
   * Counts steps.
   *
   * @throws {LimitError} the evaluation has used its steps up
   */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > STEPS_MAX) this.#refuseSteps();
  }

  /** Counts a result's cost, and refuses a text that is too long. */
  settle(value: Value): Value {
    if (typeof value !== 'string') {
      this.spend(1);
      return value;
    }
    if (value.length > TEXT_LENGTH_MAX) this.refuseTextLength(value.length);
    this.spend(1 + (value.length >> CHARACTERS_PER_STEP_BITS));
    return value;
  }

  #refuseSteps(): never {
    throw new LimitError('stepLimit', this.site, `the evaluation takes more than ${STEPS_MAX} steps`);
  }

  /** @throws {LimitError} always */
  refuseTextLength(length: number): never {
    const detail = `a text of ${length} characters or more, ${TEXT_LENGTH_MAX} is the most`;
    throw new LimitError('textLimit', this.site, detail);
  }

  /** @throws {EvaluationError} always */
  fail(code: EvaluationErrorCode, detail: string): never {
    throw new EvaluationError(code, this.site, detail);
  }

  /** Shows a value in a message, cut to a readable length, or not at all under `Redact`. */
  show(value: Value): string {
    if (this.redacted) return REDACTED_TEXT;
    if (value === null) return 'null';
    if (value === IGNORED) return 'an ignored value';
    if (typeof value === 'number') return String(value);
    if (Array.isArray(value)) return `a list of ${value.length}`;
    const text = printValue(value as string | number | boolean | Date);
    return JSON.stringify(text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`);
  }
}
