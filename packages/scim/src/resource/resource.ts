/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * A resource in stored form: attribute names in the schema's own case, values of the schema's type,
 * extensions as objects under their URN. An unassigned attribute is absent: there is no null and no
 * empty array in it (RFC 7643 2.5 treats all three alike).
 *
 * `id`, `meta`, the computed `groups` of a user, the `members` of a group and `password` are not in it:
 * the store keeps them elsewhere, or nowhere.
 */
export type Resource = JsonObject;

/** One member of a group as a client names it. @see RFC 7643 4.2 */
export interface Member {
  /** The member's id. */
  readonly value: string;
  /** `User` or `Group` where the client says so; the store decides by looking the id up. */
  readonly type?: string;
  readonly display?: string;
}
