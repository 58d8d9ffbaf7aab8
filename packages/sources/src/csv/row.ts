import type { RefusedObject, SourceObject, SourceReference, SourceValue } from '../source.ts';
import { shown } from './csv-fault.ts';
import type { CsvRecord } from './csv-reading.ts';
import type { CsvHeader } from './header.ts';
import { MEMBER_COLUMNS, REQUIRED_ATTRIBUTES } from './source-columns.ts';

/** Characters of one value; members are counted by id. */
export const VALUE_CHARS_MAX = 64 * 1024;

const GROUP_PREFIX = /^group:/i;
const TRUE_WORDS: ReadonlySet<string> = new Set(['true', '1', 'yes']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', '0', 'no']);

export interface RowContext {
  readonly file: string;
  readonly header: CsvHeader;
  readonly memberSeparator: string;
}

export type RowResult = { readonly object: SourceObject } | { readonly refused: RefusedObject };

/** What makes a row unusable; caught in `readRow` and nowhere else. */
class RowFault extends Error {
  override readonly name = 'RowFault';
}

/**
 * Makes an object of a row. A row that cannot be used is refused, with its id where that can be read:
 * it is neither changed nor taken for gone.
 */
export function readRow(record: CsvRecord, context: RowContext): RowResult {
  const { header } = context;
  try {
    return { object: objectOf(record, context) };
  } catch (fault) {
    if (!(fault instanceof RowFault)) throw fault;
    const reason = `${context.file}:${record.line}: ${fault.message}`;
    const id = record.cells[header.idColumn] ?? '';
    return { refused: { type: header.type, ...(isUsableId(id) && { id }), reason } };
  }
}

function objectOf({ cells }: CsvRecord, context: RowContext): SourceObject {
  const { header } = context;
  const attributes: Record<string, SourceValue> = {};
  for (const [index, attribute] of header.attributes.entries()) {
    if (isMemberColumn(header, attribute)) continue;
    attributes[attribute] = readValue(attribute, cells[index] ?? '');
  }
  for (const required of REQUIRED_ATTRIBUTES[header.type]) checkRequired(required, attributes[required] ?? null);
  const id = readId('objectId', String(attributes.objectId));
  const members = readMembers(cells, context);
  return { type: header.type, id, attributes, ...(members && { members }) };
}

function isMemberColumn(header: CsvHeader, attribute: string): boolean {
  return header.type === 'Group' && (attribute === MEMBER_COLUMNS.users || attribute === MEMBER_COLUMNS.groups);
}

function readValue(attribute: string, cell: string): SourceValue {
  if (attribute === 'accountEnabled') return readStatus(cell);
  checkCell(attribute, cell);
  if (cell.length > VALUE_CHARS_MAX) {
    throw new RowFault(`${attribute} has ${cell.length} characters, more than ${VALUE_CHARS_MAX}. Shorten it`);
  }
  if (cell === '') return null;
  return attribute === 'manager' ? readId(attribute, cell) : cell;
}

/** A row without a status says neither that the account is active nor that it is not. */
function readStatus(cell: string): boolean {
  const word = cell.trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  if (word === '') throw new RowFault('accountEnabled is empty. Write True or False');
  throw new RowFault(`accountEnabled is ${shown(cell)}, which is no status. Write True or False`);
}

function checkRequired(attribute: string, value: SourceValue): void {
  if (typeof value === 'string' && value.trim() !== '') return;
  throw new RowFault(`${attribute} is empty. Fill it in, or leave the row out`);
}

/**
 * Refuses what a spreadsheet makes of a value. `="0012"` is refused, not unwrapped: the same file holds
 * other values that the spreadsheet has changed without such a trace.
 */
function checkCell(attribute: string, cell: string): void {
  if (cell.startsWith('="') && cell.endsWith('"')) {
    throw new RowFault(`${attribute} is the spreadsheet formula ${shown(cell)}. Export the column as plain text`);
  }
  if (/^#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NULL!|NUM!)$/.test(cell)) {
    throw new RowFault(`${attribute} is the spreadsheet error ${cell}. Mend the formula and export again`);
  }
  if (cell.includes('\0')) throw new RowFault(`${attribute} holds a NUL character. Remove it`);
}

function readId(attribute: string, id: string): string {
  if (isUsableId(id)) return id;
  throw new RowFault(`${attribute} is ${shown(id)}, ${idProblem(id)}`);
}

function isUsableId(id: string): boolean {
  return id !== '' && id === id.trim() && id.length <= VALUE_CHARS_MAX && !/[\0"\r\n]/.test(id) && !isRounded(id);
}

function idProblem(id: string): string {
  if (isRounded(id)) return 'a number that a spreadsheet has rounded. Export the column as plain text';
  return 'which is no id: ids have no outer blanks, quotation marks or line breaks. Correct it';
}

/** `1.23457E+11`: what spreadsheets make of a long id. */
function isRounded(id: string): boolean {
  return /^\d(?:[.,]\d+)?E\+\d+$/i.test(id);
}

function readMembers(cells: readonly string[], context: RowContext): readonly SourceReference[] | undefined {
  const { attributes, type } = context.header;
  const column = attributes.indexOf(MEMBER_COLUMNS.users);
  if (type !== 'Group' || column < 0) return undefined;
  const members = new Map<string, SourceReference>();
  const add = (member: SourceReference) => members.set(`${member.type}:${member.id}`, member);
  for (const id of splitIds(MEMBER_COLUMNS.users, cells[column] ?? '', context)) add(memberOf(id));
  const groups = cells[attributes.indexOf(MEMBER_COLUMNS.groups)] ?? '';
  for (const id of splitIds(MEMBER_COLUMNS.groups, groups, context)) add({ type: 'Group', id });
  return [...members.values()];
}

function memberOf(id: string): SourceReference {
  if (!GROUP_PREFIX.test(id)) return { type: 'User', id };
  return { type: 'Group', id: readId(MEMBER_COLUMNS.users, id.replace(GROUP_PREFIX, '').trim()) };
}

/** One bad id refuses the group: leaving it out would remove that member. */
function splitIds(attribute: string, cell: string, { memberSeparator }: RowContext): readonly string[] {
  checkCell(attribute, cell);
  const parts = cell.split(memberSeparator).map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => readId(attribute, part));
}
