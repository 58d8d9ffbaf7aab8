import type { SourceObject, SourceObjectType } from '@rollcall/sources';
import type { LinkState } from '../ledger/operation.ts';
import type { SentValues } from '../plan/differences.ts';

/** One source object with all that its plan depends on. */
export interface ScopedObject {
  readonly type: SourceObjectType;
  readonly id: string;
  readonly attributes: SourceObject['attributes'];
  readonly softDeleted: boolean;
  /** A complete read did not find it any more. */
  readonly gone: boolean;
  /** Assigned, or everything is in scope. */
  readonly inScope: boolean;
  readonly link: ObjectLink | null;
}

/** The pair of a source object and a target object. Entra: object connection. */
export interface ObjectLink {
  readonly targetId: string;
  /** `unmanaged`: it left scope, and is left alone until it returns. */
  readonly state: LinkState;
  readonly sent: SentValues;
}
