/** Messages after which a client waits for an answer: Sync, simple Query, Flush, function call, end of COPY. */
const WAITS_FOR_ANSWER: ReadonlySet<number> = new Set([...'SQHFcf'].map((letter) => letter.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);
/** Type byte and length of a message; a start-up message has no type byte. */
const HEADER_BYTES = 5;
const MESSAGE_BYTES_MAX = 0x3fff_ffff;

/**
 * Collects what a client writes until it is a batch that the engine may run: whole messages, of which the last
 * one asks for an answer. Run in pieces, the engine would say "ready" after each piece.
 *
 * States: before the start-up message, which has no type byte; after it.
 *
 * @see PostgreSQL documentation 54.2 (message flow), 54.7 (message formats)
 */
export class MessageBatch {
  #started = false;
  #pending: Buffer[] = [];

  /** The batch that this chunk completes, or undefined while one is incomplete. */
  push(chunk: Buffer): Buffer | undefined {
    this.#pending.push(chunk);
    const bytes = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
    if (!this.#isComplete(bytes)) {
      this.#pending = [bytes];
      return undefined;
    }
    this.#pending = [];
    this.#started = true;
    return bytes;
  }

  #isComplete(bytes: Buffer): boolean {
    if (!this.#started) return bytes.length >= 4 && bytes.length >= bytes.readInt32BE(0);
    const last = findLastMessage(bytes);
    return last !== undefined && (WAITS_FOR_ANSWER.has(last) || last === TERMINATE);
  }
}

/** The type of the last message, or undefined when it is not all there. */
function findLastMessage(bytes: Buffer): number | undefined {
  let offset = 0;
  let type: number | undefined;
  while (offset < bytes.length) {
    if (bytes.length - offset < HEADER_BYTES) return undefined;
    const length = bytes.readInt32BE(offset + 1);
    if (length < 4 || length > MESSAGE_BYTES_MAX) throw new RangeError(`a message of ${length} bytes is none`);
    type = bytes[offset];
    offset += 1 + length;
  }
  return offset === bytes.length ? type : undefined;
}

/** Whether a batch only says good-bye. */
export const isTerminate = (batch: Buffer): boolean => batch[0] === TERMINATE;
