/**
 * How the engine reads a directory. A source yields pages of objects and, at the end, says whether it
 * has read everything. The engine knows nothing else of it.
 */

export type SourceObjectType = 'User' | 'Group';

/** A value of a source attribute. `null` says that the directory has no value; an absent name says nothing. */
export type SourceValue = string | number | boolean | null | readonly string[];

/** One user or group as the directory has it. */
export interface SourceObject {
  readonly type: SourceObjectType;
  /** The directory's own immutable id, unique among objects of its type. */
  readonly id: string;
  /** Attributes by the source's names: `userPrincipalName`, `accountEnabled` … (reference section d.3). */
  readonly attributes: Readonly<Record<string, SourceValue>>;
  /** For groups: the ids of direct members; absent when this page says nothing about them. */
  readonly members?: readonly SourceReference[];
  /** True for an object in the directory's recycle bin. */
  readonly softDeleted?: boolean;
}

export interface SourceReference {
  readonly type: SourceObjectType;
  readonly id: string;
}

/** An object that the source has but that cannot be used: it is neither changed nor taken for gone. */
export interface RefusedObject {
  readonly type: SourceObjectType;
  /** Absent when not even the id could be read. */
  readonly id?: string;
  /** What is wrong, where and what to do, for people. */
  readonly reason: string;
}

export interface SourcePage {
  readonly objects: readonly SourceObject[];
  readonly refused: readonly RefusedObject[];
}

/**
 * Whether everything that the source has was read. Only a complete read may lead to a disable, a delete
 * or a removal from a group (P7).
 */
export type Completeness =
  | { readonly complete: true; readonly evidence: string }
  | { readonly complete: false; readonly reason: string };

/** One read of a source. `completeness` settles after the last page, and never before. */
export interface SourceRead {
  readonly pages: AsyncIterable<SourcePage>;
  completeness(): Completeness;
}

export interface SourceReadOptions {
  readonly pageSize: number;
  readonly signal?: AbortSignal;
}

/** A connection test's result. */
export type SourceTest =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly detail: string; readonly advice: string };

export interface Source {
  /** Reads everything, users before groups. Throws {SourceError} before the first page when nothing can be read. */
  readAll(options: SourceReadOptions): SourceRead;
  /** Names of the attributes that objects of a type may carry. */
  attributeNames(type: SourceObjectType): Promise<readonly string[]>;
  test(): Promise<SourceTest>;
}

/** The source cannot be used as it is; the message says what, where and what to do. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
