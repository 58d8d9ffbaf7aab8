import type { PatchPath } from '../path/parse.ts';
import type { Json } from '../resource/resource.ts';

/** What an operation does. @see RFC 7644 3.5.2.1 (add), 3.5.2.2 (remove), 3.5.2.3 (replace) */
export type PatchOperationName = 'add' | 'remove' | 'replace';

/** One operation of a PATCH, checked in form only: its path and value are not yet held against a schema. */
export interface PatchOperation {
  readonly op: PatchOperationName;
  /** Absent: the value holds attributes of the resource. Never absent with `remove`. */
  readonly path?: PatchPath;
  /** Present with `add` and `replace`. */
  readonly value?: Json;
}

/** The body of a PATCH. */
export interface PatchRequest {
  readonly operations: readonly PatchOperation[];
}
