const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Finds the line of a byte offset in a text that goes by in chunks. Offsets are asked for in rising
 * order, and what lies before the last one asked for is forgotten.
 *
 * The parser's own line numbers count a quoted CR LF twice, so they are not used.
 */
export class LineCounter {
  /** Offsets just behind each line break that is not forgotten yet. */
  #ends: number[] = [];
  #read = 0;
  #forgotten: number;
  #offset = 0;
  #pendingReturn = false;

  constructor(startLine: number) {
    this.#forgotten = startLine - 1;
  }

  /** The line that the next chunk begins on. */
  get line(): number {
    return this.#forgotten + this.#ends.length + 1;
  }

  count(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) this.#step(chunk[at] as number, this.#offset + at);
    this.#offset += chunk.length;
  }

  /** The line that ends at, or holds, the byte before `end`. */
  lineAt(end: number): number {
    while (this.#read < this.#ends.length && (this.#ends[this.#read] as number) < end) this.#read += 1;
    this.#forget();
    return this.#forgotten + this.#read + 1;
  }

  #step(byte: number, offset: number): void {
    if (this.#pendingReturn && byte !== LINE_FEED) this.#ends.push(offset);
    if (byte === LINE_FEED) this.#ends.push(offset + 1);
    this.#pendingReturn = byte === CARRIAGE_RETURN;
  }

  #forget(): void {
    if (this.#read < 4096) return;
    this.#ends = this.#ends.slice(this.#read);
    this.#forgotten += this.#read;
    this.#read = 0;
  }
}
