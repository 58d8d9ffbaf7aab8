import { CsvFault } from './csv-fault.ts';
import { CSV_SEPARATORS, type CsvSeparator, type CsvSettings } from './csv-settings.ts';

/** What the first bytes of a file say about the rest. */
export interface CsvFormat {
  /** Bytes before the header: a byte order mark, a spreadsheet's `sep=` line. */
  readonly startByte: number;
  /** The line that the header stands on. */
  readonly startLine: number;
  readonly separator: CsvSeparator;
  /** True when a byte order mark says UTF-8. */
  readonly marked: boolean;
}

/** How much of the beginning is looked at: room for a header of hundreds of columns. */
export const FORMAT_BYTES = 64 * 1024;

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Finds byte order mark and separator. Throws {CsvFault} for what is no CSV file at all. */
export function detectFormat(file: string, head: Buffer, settings: Pick<CsvSettings, 'separator'>): CsvFormat {
  refuseOtherKinds(file, head);
  const marked = head.subarray(0, UTF8_MARK.length).equals(UTF8_MARK);
  const markBytes = marked ? UTF8_MARK.length : 0;
  // Separators, quotes and line breaks are ASCII in both encodings, so any single-byte reading finds them.
  const text = head.toString('latin1', markBytes);
  const hint = separatorHint(text);
  const chosen = settings.separator === 'auto' ? hint?.separator : settings.separator;
  return {
    startByte: markBytes + (hint?.chars ?? 0),
    startLine: hint ? 2 : 1,
    separator: chosen ?? detectSeparator(text),
    marked,
  };
}

function refuseOtherKinds(file: string, head: Buffer): void {
  const advice = 'Export it as "CSV UTF-8 (comma delimited)"';
  if (head.length >= 2 && (head.readUInt16BE(0) === 0xfffe || head.readUInt16BE(0) === 0xfeff)) {
    throw new CsvFault({ file, line: 1, problem: 'the file is encoded in UTF-16', advice });
  }
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') {
    throw new CsvFault({ file, problem: 'the file is a spreadsheet workbook or ZIP archive, not CSV', advice });
  }
}

/** Reads the first line `sep=;` that spreadsheets write and obey. */
function separatorHint(text: string): { readonly separator: CsvSeparator; readonly chars: number } | undefined {
  const match = /^"?sep=(.)"?(?:\r\n|\n|\r)/i.exec(text);
  const separator = CSV_SEPARATORS.find((candidate) => candidate === match?.[1]);
  return match && separator ? { separator, chars: match[0].length } : undefined;
}

/** Counts the candidates in the header outside quotation marks; the most frequent wins, `,` where none occurs. */
function detectSeparator(text: string): CsvSeparator {
  const counts = new Map<string, number>(CSV_SEPARATORS.map((separator) => [separator, 0]));
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (quoted) continue;
    if (char === '\n' || char === '\r') break;
    const count = counts.get(char);
    if (count !== undefined) counts.set(char, count + 1);
  }
  return CSV_SEPARATORS.reduce((best, next) => ((counts.get(next) ?? 0) > (counts.get(best) ?? 0) ? next : best));
}
