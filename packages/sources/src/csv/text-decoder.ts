import { isUtf8 } from 'node:buffer';
import { InvalidEncodingFault } from './csv-fault.ts';
import type { CsvEncoding } from './csv-settings.ts';
import type { LineCounter } from './line-counter.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Turns the bytes of a file into UTF-8, chunk by chunk, and refuses those that are not of its encoding. */
export interface ByteDecoder {
  decode(chunk: Buffer): Buffer;
  /** Call once after the last chunk: what is left of a cut character is refused here. */
  end(): void;
}

/** `lines` must have counted every chunk before the one that is given to `decode`. */
export function byteDecoder(encoding: CsvEncoding, file: string, lines: LineCounter): ByteDecoder {
  return encoding === 'utf-8' ? new Utf8Decoder(file, lines) : new Windows1252Decoder(file, lines);
}

/** Lets valid UTF-8 through as it is; a character cut by a chunk's end waits for the next chunk. */
class Utf8Decoder implements ByteDecoder {
  readonly #file: string;
  readonly #lines: LineCounter;
  #cut: Buffer = Buffer.alloc(0);

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  decode(chunk: Buffer): Buffer {
    const bytes = this.#cut.length === 0 ? chunk : Buffer.concat([this.#cut, chunk]);
    const whole = bytes.length - cutBytes(bytes);
    this.#cut = bytes.subarray(whole);
    const decoded = bytes.subarray(0, whole);
    if (!isUtf8(decoded)) this.#refuse(decoded);
    return decoded;
  }

  end(): void {
    if (this.#cut.length > 0) this.#refuse(this.#cut);
  }

  #refuse(bytes: Buffer): never {
    throw invalidBytes(this.#file, this.#lines.line + breaksBefore(bytes, firstInvalidLine(bytes)), {
      problem: 'the bytes are not valid UTF-8',
      advice: 'Export the file as UTF-8, or set its encoding to windows-1252',
    });
  }
}

/** Reads one byte a character. The five bytes that the code page leaves undefined are refused. */
class Windows1252Decoder implements ByteDecoder {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #decoder = new TextDecoder('windows-1252');

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  decode(chunk: Buffer): Buffer {
    const undefinedAt = chunk.findIndex((byte) => UNDEFINED_IN_1252.has(byte));
    if (undefinedAt >= 0) this.#refuse(chunk, undefinedAt);
    return Buffer.from(this.#decoder.decode(chunk), 'utf8');
  }

  end(): void {
    // Every byte is a character of its own: nothing can be left over.
  }

  #refuse(chunk: Buffer, offset: number): never {
    throw invalidBytes(this.#file, this.#lines.line + breaksBefore(chunk, offset), {
      problem: `byte 0x${chunk[offset]?.toString(16)} is no character of Windows-1252`,
      advice: 'Export the file as UTF-8',
    });
  }
}

const UNDEFINED_IN_1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

function invalidBytes(file: string, line: number, text: { problem: string; advice: string }): InvalidEncodingFault {
  return new InvalidEncodingFault({ file, line, ...text });
}

/** Bytes at the end that begin a character without finishing it: 0 to 3. */
function cutBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceBytes(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceBytes(lead: number): number {
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  if (lead >= 0xe0) return lead < 0xf0 ? 3 : 1;
  return lead >= 0xc2 ? 2 : 1;
}

/** Offset of the first line that holds invalid bytes: a line break is never part of a longer character. */
function firstInvalidLine(bytes: Buffer): number {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return start;
    start = end + 1;
  }
}

function breaksBefore(bytes: Buffer, end: number): number {
  let breaks = 0;
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED)) breaks += 1;
  }
  return breaks;
}
