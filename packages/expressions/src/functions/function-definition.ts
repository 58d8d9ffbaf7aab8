import type { Arguments } from '../argument.ts';
import type { Mismatch, Site } from '../error.ts';
import type { Expression, FunctionCall } from '../expression.ts';
import type { Run } from '../run.ts';
import type { Value } from '../value.ts';

/** A compiled node. */
export type Evaluator = (run: Run) => Value;

/** One parameter of a function, by the name that Entra gives it. */
export interface Parameter {
  readonly name: string;
  /** May be left out. */
  readonly optional?: true;
  /** A comparison may stand here. */
  readonly comparison?: true;
  /** A bare word such as `vbTextCompare` may stand here. */
  readonly keyword?: true;
}

/** What is wrong with a call, and where. */
export interface Finding extends Mismatch {
  readonly at: Expression;
  readonly message: string;
}

/** A call as a lazy function compiles it. A part is undefined where the argument is left out. */
export interface LazyCall {
  readonly call: FunctionCall;
  readonly parts: readonly (Evaluator | undefined)[];
  readonly site: Site;
}

interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Parameters that repeat after the others, as a group, and the fewest groups. */
  readonly repeating?: { readonly group: readonly Parameter[]; readonly groupsMin: number };
  /** Two evaluations on one object may differ: `volatile` in every one, `clock` by the time only. */
  readonly impure?: 'volatile' | 'clock';
  /** It means something only around the whole expression. */
  readonly outermost?: true;
  /** Judges constant arguments and combinations, once the number of arguments is right. */
  readonly check?: (call: FunctionCall) => Finding | undefined;
}

/** A function whose arguments are all evaluated before it. */
export interface EagerFunction extends Signature {
  readonly evaluate: (values: Arguments, run: Run) => Value;
}

/** A function that decides which of its arguments are evaluated. */
export interface LazyFunction extends Signature {
  readonly compile: (call: LazyCall) => Evaluator;
}

/** A function of Entra's that is known and not there. */
export interface UnsupportedFunction extends Signature {
  readonly unsupported: string;
}

/**
 * A function of the language.
 *
 * @see Entra, "Reference for writing expressions", List of Functions
 */
export type FunctionDefinition = EagerFunction | LazyFunction | UnsupportedFunction;
