import type {
  Completeness,
  RefusedObject,
  Source,
  SourceObject,
  SourceObjectType,
  SourcePage,
  SourceRead,
  SourceReadOptions,
  SourceTest,
} from '../source.ts';
import { SourceError } from '../source.ts';
import { CsvFault } from './csv-fault.ts';
import { CsvFile, changedFault } from './csv-file.ts';
import { CsvReading } from './csv-reading.ts';
import { type CsvSettings, type CsvSourceOptions, csvSettings } from './csv-settings.ts';
import { checkMappedHeaders } from './header.ts';
import { readRow } from './row.ts';
import { RECORD_BYTES_MAX, type ScannedFile, scanFile } from './scan.ts';
import { MEMBER_COLUMNS } from './source-columns.ts';

/**
 * Opens a directory that is kept as one CSV file of users and, if wanted, one of groups.
 *
 * Every read goes through the files twice: once to find out whether they are whole, once to hand rows
 * out. A file with a fault yields no page, and its read is incomplete with file and line. A row with a
 * fault is a `RefusedObject`. A row without an id is refused as well, and leaves the read incomplete,
 * because nobody can say whose row it is.
 *
 * @throws {TypeError} an option has a value that no file can be read with
 */
export function openCsvSource(options: CsvSourceOptions): Source {
  return new CsvSource(csvSettings(options));
}

class CsvSource implements Source {
  readonly #settings: CsvSettings;

  constructor(settings: CsvSettings) {
    this.#settings = settings;
  }

  readAll(options: SourceReadOptions): SourceRead {
    if (!Number.isInteger(options.pageSize) || options.pageSize < 1) {
      throw new TypeError(`pageSize must be a positive integer, not ${options.pageSize}`);
    }
    return new CsvRead(this.#settings, options);
  }

  async attributeNames(type: SourceObjectType): Promise<readonly string[]> {
    const scanned = await withFiles(this.#settings, (files) => scanAll(files, this.#settings)).catch(asSourceError);
    const header = scanned.find((file) => file.type === type)?.header;
    const memberColumns: readonly string[] = type === 'Group' ? Object.values(MEMBER_COLUMNS) : [];
    return header?.attributes.filter((attribute) => !memberColumns.includes(attribute)) ?? [];
  }

  async test(): Promise<SourceTest> {
    try {
      const scanned = await withFiles(this.#settings, (files) => scanAll(files, this.#settings));
      return { ok: true, detail: evidenceOf(scanned) };
    } catch (fault) {
      if (fault instanceof CsvFault) return { ok: false, detail: fault.problem, advice: fault.advice };
      if (!(fault instanceof SourceError)) throw fault;
      return { ok: false, detail: fault.message, advice: 'Correct the path or the permissions, then test again' };
    }
  }
}

class CsvRead implements SourceRead {
  readonly pages: AsyncIterable<SourcePage>;
  readonly #settings: CsvSettings;
  readonly #options: SourceReadOptions;
  #completeness: Completeness = { complete: false, reason: 'the read has not reached its end' };
  #rowWithoutId: string | undefined;

  constructor(settings: CsvSettings, options: SourceReadOptions) {
    this.#settings = settings;
    this.#options = options;
    this.pages = this.#read();
  }

  completeness(): Completeness {
    return this.#completeness;
  }

  async *#read(): AsyncGenerator<SourcePage> {
    const files: CsvFile[] = [];
    try {
      await openFiles(this.#settings, files);
      const scanned = await scanAll(files, this.#settings, this.#options.signal);
      for (const file of scanned) yield* this.#pagesOf(file);
      for (const file of files) await file.checkUnchanged();
      this.#completeness = this.#verdict(scanned);
    } catch (fault) {
      this.#completeness = { complete: false, reason: fault instanceof Error ? fault.message : String(fault) };
      if (!(fault instanceof CsvFault)) throw fault;
    } finally {
      await closeFiles(files);
    }
  }

  async *#pagesOf(scanned: ScannedFile): AsyncGenerator<SourcePage> {
    const { pageSize, signal } = this.#options;
    const { file, type, format, encoding } = scanned;
    const reading = new CsvReading(file, { format, encoding, recordBytesMax: RECORD_BYTES_MAX[type], signal });
    const context = { file: file.name, header: scanned.header, memberSeparator: this.#settings.memberSeparator };
    let page = new PageInProgress();
    let header = true;
    for await (const record of reading.records()) {
      if (!header) page.add(readRow(record, context));
      header = false;
      if (page.size < pageSize) continue;
      yield this.#finish(page);
      page = new PageInProgress();
      signal?.throwIfAborted();
    }
    if (reading.sha256() !== scanned.sha256) throw changedFault(file.name);
    if (page.size > 0) yield this.#finish(page);
  }

  #finish(page: PageInProgress): SourcePage {
    this.#rowWithoutId ??= page.refused.find((refused) => refused.id === undefined)?.reason;
    return page;
  }

  #verdict(scanned: readonly ScannedFile[]): Completeness {
    if (this.#rowWithoutId === undefined) return { complete: true, evidence: evidenceOf(scanned) };
    const reason = `a row has no usable id, so nobody can say whose it is: ${this.#rowWithoutId}`;
    return { complete: false, reason };
  }
}

class PageInProgress implements SourcePage {
  readonly objects: SourceObject[] = [];
  readonly refused: RefusedObject[] = [];

  get size(): number {
    return this.objects.length + this.refused.length;
  }

  add(row: ReturnType<typeof readRow>): void {
    if ('object' in row) this.objects.push(row.object);
    else this.refused.push(row.refused);
  }
}

/** Opens users before groups into `files`, so that the caller can close what was opened when the next one fails. */
async function openFiles({ usersFile, groupsFile }: CsvSettings, files: CsvFile[]): Promise<void> {
  files.push(await CsvFile.open(usersFile));
  if (groupsFile !== undefined) files.push(await CsvFile.open(groupsFile));
}

async function closeFiles(files: readonly CsvFile[]): Promise<void> {
  await Promise.all(files.map((file) => file.close()));
}

async function withFiles<T>(settings: CsvSettings, use: (files: readonly CsvFile[]) => Promise<T>): Promise<T> {
  const files: CsvFile[] = [];
  try {
    await openFiles(settings, files);
    return await use(files);
  } finally {
    await closeFiles(files);
  }
}

async function scanAll(
  files: readonly CsvFile[],
  settings: CsvSettings,
  signal?: AbortSignal,
): Promise<readonly ScannedFile[]> {
  const scanned: ScannedFile[] = [];
  for (const [index, file] of files.entries()) {
    scanned.push(await scanFile(file, { type: index === 0 ? 'User' : 'Group', settings, signal }));
  }
  checkMappedHeaders(
    settings.columns,
    scanned.map(({ file, header }) => ({ file: file.name, header })),
  );
  return scanned;
}

function asSourceError(fault: unknown): never {
  throw fault instanceof CsvFault ? new SourceError(fault.message, { cause: fault }) : fault;
}

function evidenceOf(scanned: readonly ScannedFile[]): string {
  const digits = 12;
  return scanned
    .map(
      ({ file, rows, bytes, sha256 }) =>
        `${file.name}: ${rows} rows, ${bytes} bytes, SHA-256 ${sha256.slice(0, digits)}`,
    )
    .join('; ');
}
