/**
 * What the engine asks of an application, and how the answers are judged. A request that was sent has
 * exactly one outcome; the engine decides by `kind` alone.
 */

/** How PATCH is spelled for a target (reference section b.3). */
export type Dialect = 'rfc7644' | 'entra' | 'entra-scim062020' | 'okta';

/** What a target can do and how much of it at once. */
export interface TargetProfile {
  readonly dialect: Dialect;
  /** Member changes in one PATCH. */
  readonly membersPerRequestMax: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly pageSize: number;
  readonly timeoutMs: number;
}

/** A resource of the target, as the target returned it. */
export type TargetObject = Readonly<Record<string, unknown>> & { readonly id: string };

/** The literal request of one operation, as planned and as logged. */
export interface TargetRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the tenant URL: `/Users/2819…`. */
  readonly path: string;
  readonly body?: unknown;
}

/** A value to set on a target attribute; `undefined` clears it. */
export interface AttributeChange {
  /** Target attribute as in the mapping: `displayName`, `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. */
  readonly attribute: string;
  readonly value: unknown;
  /** The value that the target is believed to have; `undefined` when it has none. */
  readonly previous?: unknown;
}

/**
 * The one outcome of a request.
 *
 * - `done`: the target answered success; `object` when it returned one.
 * - `conflict`: 409, a unique value is taken.
 * - `notFound`: 404 with a SCIM body.
 * - `throttled`: 429 or 503 with a time to wait.
 * - `refused`: another 4xx: sending it again will not help.
 * - `failed`: it was certainly not done, and may be sent again.
 * - `unknown`: it may or may not have been done (P9): read before any retry.
 * - `unusable`: the answer is no SCIM answer: an HTML page, a redirect, a body that is not JSON.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly status: number; readonly object?: TargetObject }
  | { readonly kind: 'conflict'; readonly status: number; readonly detail: string }
  | { readonly kind: 'notFound'; readonly status: number; readonly detail: string }
  | { readonly kind: 'throttled'; readonly status: number; readonly retryAfterMs: number; readonly detail: string }
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  | { readonly kind: 'failed'; readonly status?: number; readonly detail: string }
  | { readonly kind: 'unknown'; readonly status?: number; readonly detail: string }
  | { readonly kind: 'unusable'; readonly status: number; readonly detail: string };

export type TargetResourceType = 'User' | 'Group';

export interface TargetList {
  readonly totalResults: number;
  readonly resources: readonly TargetObject[];
}

/** A SCIM application. One instance serves one job; it holds the connections and the pacing. */
export interface Target {
  readonly profile: TargetProfile;
  /** Sends a planned request once and judges the answer. Never throws for what the network or the target does. */
  send(request: TargetRequest, signal?: AbortSignal): Promise<Outcome>;
  /**
   * Looks a resource up by one attribute: `eq`, groups without members.
   * Hits are compared again with the value asked for: a target's `eq` may mean "contains".
   */
  find(type: TargetResourceType, attribute: string, value: string): Promise<FindResult>;
  get(type: TargetResourceType, id: string): Promise<Outcome>;
  /** The requests of Test Connection (reference section a). */
  test(matching: { readonly user: string; readonly group?: string }): Promise<ConnectionTest>;
  close(): Promise<void>;
}

export type FindResult =
  | { readonly kind: 'found'; readonly objects: readonly TargetObject[] }
  | { readonly kind: 'error'; readonly outcome: Exclude<Outcome, { kind: 'done' }> };

export interface ConnectionTest {
  readonly ok: boolean;
  readonly steps: readonly ConnectionTestStep[];
}

export interface ConnectionTestStep {
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly ok: boolean;
  /** What came, for people; the first bytes of an unusable body, never the token. */
  readonly detail: string;
  /** What to do, when it is not ok. */
  readonly advice?: string;
}
