import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Parser, parse } from 'csv-parse';
import { CsvFault } from './csv-fault.ts';
import type { CsvFile } from './csv-file.ts';
import type { CsvFormat } from './csv-format.ts';
import type { CsvEncoding } from './csv-settings.ts';
import { LineCounter } from './line-counter.ts';
import { byteDecoder } from './text-decoder.ts';

/** One row of the file, the header included. */
export interface CsvRecord {
  /** The line that the row begins on. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvReadingOptions {
  readonly format: CsvFormat;
  readonly encoding: CsvEncoding;
  /** Bytes of one row, so that an unclosed quotation mark cannot read the whole file into memory. */
  readonly recordBytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

/** One pass through one file. `sha256`, `bytes` and `endsWithLineBreak` are known when `records` has ended. */
export class CsvReading {
  readonly #file: CsvFile;
  readonly #options: CsvReadingOptions;
  readonly #lines: LineCounter;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #lastByte = 0;
  /** Bytes of decoded text up to the end of the last row that was parsed. */
  #parsedEnd = 0;
  /** Lines of the rows that are parsed and not handed out yet: those of one chunk. */
  readonly #waitingLines: number[] = [];

  constructor(file: CsvFile, options: CsvReadingOptions) {
    this.#file = file;
    this.#options = options;
    this.#lines = new LineCounter(options.format.startLine);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get endsWithLineBreak(): boolean {
    return this.#lastByte === 0x0a || this.#lastByte === 0x0d;
  }

  /** Call once. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  /** Yields the rows that hold at least one value, in order. Throws {CsvFault} where the file is no CSV. */
  async *records(): AsyncGenerator<CsvRecord> {
    const parser = this.#parser();
    const feeding = pipeline(this.#text(), parser).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    try {
      for await (const cells of parser as AsyncIterable<readonly string[]>) {
        const line = this.#waitingLines.shift() ?? 0;
        if (cells.some((cell) => cell !== '')) yield { line, cells };
      }
    } catch (cause) {
      throw this.#explain((await feeding) ?? cause);
    } finally {
      parser.destroy();
      await feeding;
    }
  }

  #parser(): Parser {
    return parse({
      delimiter: this.#options.format.separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: this.#options.recordBytesMax,
      on_record: (cells, { bytes }) => {
        this.#parsedEnd = bytes;
        this.#waitingLines.push(this.#lines.lineAt(bytes) - lineBreaksIn(cells));
        return cells;
      },
    });
  }

  async *#text(): AsyncGenerator<Buffer> {
    const { format, encoding, signal } = this.#options;
    const decoder = byteDecoder(encoding, this.#file.name, this.#lines);
    for await (const chunk of this.#file.chunks(0, signal)) {
      this.#hash.update(chunk);
      const content = this.#bytes < format.startByte ? chunk.subarray(format.startByte) : chunk;
      this.#bytes += chunk.length;
      this.#lastByte = chunk[chunk.length - 1] ?? this.#lastByte;
      const text = decoder.decode(content);
      this.#lines.count(text);
      yield text;
    }
    decoder.end();
  }

  #explain(cause: unknown): unknown {
    if (!(cause instanceof CsvError)) return cause;
    // The parser names the line where it gave up; the mistake is where the row began.
    const line = this.#lines.lineAt(this.#parsedEnd + 1);
    const { problem, advice } = syntaxProblem(cause, this.#options.recordBytesMax);
    return new CsvFault({ file: this.#file.name, line, problem, advice }, { cause });
  }
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) breaks += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  return breaks;
}

function syntaxProblem(error: CsvError, recordBytesMax: number): { problem: string; advice: string } {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return {
        problem: 'a quotation mark that this row opens is never closed',
        advice: 'Close it, or export the file again: it may have been cut',
      };
    case 'CSV_MAX_RECORD_SIZE':
      return {
        problem: `the row is longer than ${recordBytesMax} bytes`,
        advice: 'Look for a quotation mark that is not closed',
      };
    default:
      return {
        problem: 'a quotation mark stands inside a value',
        advice:
          'Put the whole value into quotation marks and double those inside; spreadsheet forms such as ="0012" must be exported as plain text',
      };
  }
}
