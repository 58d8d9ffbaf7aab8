import type { SourceObjectType } from '../source.ts';
import { CsvFault, shown } from './csv-fault.ts';
import type { CsvRecord } from './csv-reading.ts';
import type { CsvSeparator, CsvSettings } from './csv-settings.ts';
import { attributeOfHeader, MEMBER_COLUMNS, REQUIRED_ATTRIBUTES } from './source-columns.ts';

/** The header, read: which attribute each column holds. */
export interface CsvHeader {
  readonly type: SourceObjectType;
  /** Source attributes in the order of the columns. */
  readonly attributes: readonly string[];
  /** Headers as the file spells them, in the same order, for messages. */
  readonly names: readonly string[];
  readonly idColumn: number;
}

export interface HeaderContext {
  readonly file: string;
  readonly type: SourceObjectType;
  readonly separator: CsvSeparator;
  readonly columns: CsvSettings['columns'];
}

/** Reads the header row. Throws {CsvFault} where a column cannot be told from another, or a needed one lacks. */
export function readHeader(record: CsvRecord, context: HeaderContext): CsvHeader {
  const names = record.cells.map((cell) => cell.trim());
  checkNames(names, record.line, context);
  const mapped = new Map(Object.entries(context.columns).map(([header, name]) => [header.trim().toLowerCase(), name]));
  const attributes = names.map((name) => mapped.get(name.toLowerCase()) ?? attributeOfHeader(context.type, name));
  checkAttributes({ names, attributes, line: record.line }, context);
  return { type: context.type, attributes, names, idColumn: attributes.indexOf('objectId') };
}

function checkNames(names: readonly string[], line: number, { file }: HeaderContext): void {
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const column = index + 1;
    if (name === '' || name === '__proto__') {
      throw new CsvFault({ file, line, problem: `column ${column} has no usable name`, advice: 'Name or remove it' });
    }
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) {
      const problem = `columns ${earlier} and ${column} are both named ${shown(name)}`;
      throw new CsvFault({ file, line, problem, advice: 'Remove or rename one of them' });
    }
    seen.set(name.toLowerCase(), column);
  }
}

interface HeaderColumns {
  readonly names: readonly string[];
  readonly attributes: readonly string[];
  readonly line: number;
}

function checkAttributes({ names, attributes, line }: HeaderColumns, context: HeaderContext): void {
  for (const [index, attribute] of attributes.entries()) {
    const first = attributes.indexOf(attribute);
    if (first === index) continue;
    const problem = `the columns ${shown(names[first] ?? '')} and ${shown(names[index] ?? '')} both give ${attribute}`;
    throw new CsvFault({ file: context.file, line, problem, advice: 'Map one of them to another attribute' });
  }
  for (const required of REQUIRED_ATTRIBUTES[context.type]) {
    if (!attributes.includes(required)) throw missingColumn(required, { names, attributes, line }, context);
  }
  if (attributes.includes(MEMBER_COLUMNS.groups) && !attributes.includes(MEMBER_COLUMNS.users)) {
    throw missingColumn(MEMBER_COLUMNS.users, { names, attributes, line }, context);
  }
}

function missingColumn(required: string, { names, line }: HeaderColumns, context: HeaderContext): CsvFault {
  const wanted = required === 'objectId' ? 'objectId (or id)' : required;
  const separator = context.separator === '\t' ? 'tab' : context.separator;
  return new CsvFault({
    file: context.file,
    line,
    problem: `the column ${wanted} is missing; with the separator ${separator} the header has ${names.map(shown).join(', ')}`,
    advice: 'Add the column, or map one of these headers to it in columns',
  });
}

/** Throws {CsvFault} for a mapped header that none of the files has: the mapping would silently do nothing. */
export function checkMappedHeaders(
  columns: CsvSettings['columns'],
  headers: readonly { file: string; header: CsvHeader }[],
): void {
  const known = new Set(headers.flatMap(({ header }) => header.names.map((name) => name.toLowerCase())));
  for (const mapped of Object.keys(columns)) {
    if (known.has(mapped.trim().toLowerCase())) continue;
    throw new CsvFault({
      file: headers.map(({ file }) => file).join(', '),
      problem: `columns maps the header ${shown(mapped)}, which is not there`,
      advice: 'Correct its spelling, or remove it from columns',
    });
  }
}
