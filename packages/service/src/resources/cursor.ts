import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidCursorError } from '@rollcall/scim';
import { isUuid } from './uuid.ts';

/** The last row of a page, in the order of its list. */
export interface Position {
  readonly key: string | number | null;
  readonly id: string;
}

/** What a cursor carries: the place, and the count that the first page found. */
export interface CursorState extends Position {
  readonly totalResults: number;
}

/** A cursor belongs to one tenant and one query: with another filter or order its place means nothing. */
export interface CursorScope {
  readonly tenant: string;
  readonly endpoint: string;
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
}

/**
 * Writes and reads cursors: the place in the list itself, signed, so that pages need no state on the
 * server, go on after a restart and on another process, and do not shift while rows change.
 *
 * @see RFC 9865 2
 */
export class CursorCodec {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  write(state: CursorState, scope: CursorScope): string {
    const payload = Buffer.from(JSON.stringify([state.key, state.id, state.totalResults]), 'utf8');
    return Buffer.concat([this.#sign(payload, scope), payload]).toString('base64url');
  }

  /** @throws {InvalidCursorError} the cursor is not one that was made for this tenant and query */
  read(cursor: string, scope: CursorScope): CursorState {
    const bytes = Buffer.from(cursor, 'base64url');
    const payload = bytes.subarray(SIGNATURE_BYTES);
    // Decoding passes over what is no base64url: only the text that encodes these bytes is the cursor.
    const isOurs =
      bytes.length > SIGNATURE_BYTES &&
      bytes.toString('base64url') === cursor &&
      timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.#sign(payload, scope));
    const state = isOurs ? parseState(payload.toString('utf8')) : undefined;
    if (state) return state;
    throw new InvalidCursorError(
      'cursor: this is no cursor of this list. Send back nextCursor as it came, with the same filter, sortBy and sortOrder, or start without a cursor.',
    );
  }

  #sign(payload: Buffer, scope: CursorScope): Buffer {
    const parts = [scope.tenant, scope.endpoint, scope.filter ?? '', scope.sortBy ?? '', scope.sortOrder ?? ''];
    const query = createHash('sha256').update(JSON.stringify(parts)).digest();
    return createHmac('sha256', this.#key).update(query).update(payload).digest().subarray(0, SIGNATURE_BYTES);
  }
}

const SIGNATURE_BYTES = 16;

function parseState(text: string): CursorState | undefined {
  const [key, id, totalResults] = JSON.parse(text);
  return isUuid(id) ? { key, id, totalResults } : undefined;
}
