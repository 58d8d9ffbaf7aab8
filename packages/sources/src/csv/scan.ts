import type { SourceObjectType } from '../source.ts';
import { CsvFault, InvalidEncodingFault, shown } from './csv-fault.ts';
import type { CsvFile } from './csv-file.ts';
import { type CsvFormat, detectFormat, FORMAT_BYTES } from './csv-format.ts';
import { CsvReading, type CsvRecord } from './csv-reading.ts';
import type { CsvEncoding, CsvSettings } from './csv-settings.ts';
import { type CsvHeader, readHeader } from './header.ts';
import { KeyTable } from './key-table.ts';

/** Bytes of one row. A group's row holds all its members: room for more than a million ids. */
export const RECORD_BYTES_MAX: Readonly<Record<SourceObjectType, number>> = {
  User: 1024 * 1024,
  Group: 64 * 1024 * 1024,
};

/** A file whose structure was read to the end and found sound. */
export interface ScannedFile {
  readonly file: CsvFile;
  readonly type: SourceObjectType;
  readonly format: CsvFormat;
  readonly encoding: CsvEncoding;
  readonly header: CsvHeader;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ScanContext {
  readonly type: SourceObjectType;
  readonly settings: CsvSettings;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a file once without making anything of its rows, so that a fault in the last line is known before
 * the first object is handed out. Throws {CsvFault} for the first fault.
 */
export async function scanFile(file: CsvFile, context: ScanContext): Promise<ScannedFile> {
  const format = detectFormat(file.name, await file.read(0, FORMAT_BYTES), context.settings);
  const { encoding } = context.settings;
  if (encoding !== 'auto') return scanAs(encoding, file, format, context);
  try {
    return await scanAs('utf-8', file, format, context);
  } catch (fault) {
    if (!(fault instanceof InvalidEncodingFault) || format.marked) throw fault;
    return scanAs('windows-1252', file, format, context);
  }
}

async function scanAs(
  encoding: CsvEncoding,
  file: CsvFile,
  format: CsvFormat,
  context: ScanContext,
): Promise<ScannedFile> {
  const { type, settings, signal } = context;
  const reading = new CsvReading(file, { format, encoding, recordBytesMax: RECORD_BYTES_MAX[type], signal });
  const keys = new KeyTable();
  let header: CsvHeader | undefined;
  let rows = 0;
  for await (const record of reading.records()) {
    if (header === undefined) {
      header = readHeader(record, { file: file.name, type, separator: format.separator, columns: settings.columns });
      continue;
    }
    checkRecord(record, { file: file.name, header, keys, settings, format });
    rows += 1;
  }
  if (header === undefined || rows === 0) throw noRows(file.name, header);
  if (settings.finalLineBreak === 'required' && !reading.endsWithLineBreak) throw truncated(file.name);
  return { file, type, format, encoding, header, rows, bytes: reading.bytes, sha256: reading.sha256() };
}

interface RecordContext {
  readonly file: string;
  readonly header: CsvHeader;
  readonly keys: KeyTable;
  readonly settings: CsvSettings;
  readonly format: CsvFormat;
}

function checkRecord(record: CsvRecord, context: RecordContext): void {
  const { file, header, keys } = context;
  if (record.cells.length !== header.names.length) throw wrongColumns(record, context);
  const id = record.cells[header.idColumn] ?? '';
  const firstLine = id === '' ? undefined : keys.add(id, record.line);
  if (firstLine === undefined) return;
  throw new CsvFault({
    file,
    line: record.line,
    problem: `the ${header.names[header.idColumn]} ${shown(id)} was given to the row of line ${firstLine} already`,
    advice: 'Every row needs an id of its own: remove one of the two rows',
  });
}

function wrongColumns({ line, cells }: CsvRecord, { file, header, settings, format }: RecordContext): CsvFault {
  const clash = header.type === 'Group' && settings.memberSeparator === format.separator;
  return new CsvFault({
    file,
    line,
    problem: `the row has ${cells.length} columns, the header has ${header.names.length}`,
    advice: clash
      ? `Put members into quotation marks: ${format.separator} separates both columns and members`
      : 'Put values that hold the separator into quotation marks, or export the file again: it may have been cut',
  });
}

function noRows(file: string, header: CsvHeader | undefined): CsvFault {
  const problem = header ? 'the file has no rows' : 'the file has no rows and no header';
  return new CsvFault({
    file,
    problem,
    advice: 'Check the export: an empty file is never taken for an empty directory',
  });
}

function truncated(file: string): CsvFault {
  return new CsvFault({
    file,
    problem: 'the last line does not end with a line break, so the file may have been cut',
    advice: 'Export it again; if the export never ends its last line, set finalLineBreak to optional',
  });
}
