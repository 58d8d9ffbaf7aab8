/**
 * How a target goes wrong on one request.
 *
 * - `status`: answers this and does nothing; `retryAfter` is sent as the header of that name.
 * - `resetBefore`: closes the connection and does nothing.
 * - `resetAfter`: does it, then closes the connection without an answer.
 * - `html`: does nothing and answers a web page with status 200.
 * - `loseMembers`: answers success to a change of members and changes none.
 * - `answerId`: does it and answers with this id.
 */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly detail?: string }
  | { readonly kind: 'resetBefore' }
  | { readonly kind: 'resetAfter' }
  | { readonly kind: 'html' }
  | { readonly kind: 'loseMembers' }
  | { readonly kind: 'answerId'; readonly id: string };

/** A request as the target saw it. */
export interface SeenRequest {
  /** From 1, in order of arrival. */
  readonly number: number;
  readonly method: string;
  /** Path and query below the base URL, not decoded. */
  readonly path: string;
  readonly body: unknown;
}

/** Decides whether a request goes wrong, and how. */
export type FaultPlan = (request: SeenRequest) => Fault | undefined;
