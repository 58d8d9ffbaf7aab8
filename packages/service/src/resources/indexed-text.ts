import { InvalidValueError } from '@rollcall/scim';

/**
 * What a text that people are found by may be long, in bytes of UTF-8. An entry of an index takes a third of a
 * page, which is 2,704 bytes, the tenant's name included.
 */
export const INDEXED_BYTES_MAX = 2_048;

/**
 * Refuses a text that no index can hold.
 *
 * @throws {InvalidValueError} names the attribute, how long the text is and how long it may be
 */
export function checkIndexed(text: string | null, path: string): void {
  const bytes = text === null ? 0 : Buffer.byteLength(text, 'utf8');
  if (bytes <= INDEXED_BYTES_MAX) return;
  throw new InvalidValueError(`${path} is ${bytes} bytes long in UTF-8; ${INDEXED_BYTES_MAX} are allowed: shorten it`);
}
