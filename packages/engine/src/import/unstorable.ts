import type { SourceObject, SourceValue } from '@rollcall/sources';

/**
 * Why an object cannot be stored, or `undefined` when it can.
 *
 * PostgreSQL holds neither the character NUL nor half a surrogate pair, and answers with an error that would
 * take the whole page with it.
 */
export function findUnstorable({ id, attributes, members = [] }: SourceObject): string | undefined {
  if (isUnstorableText(id)) return `the id ${JSON.stringify(id)} ${FAULT}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (isUnstorableText(name) || isUnstorableValue(value)) return `the attribute ${JSON.stringify(name)} ${FAULT}`;
  }
  const member = members.find((reference) => isUnstorableText(reference.id));
  return member === undefined ? undefined : `the member ${JSON.stringify(member.id)} ${FAULT}`;
}

/** Text that no row can hold, or an empty text where an id belongs. */
export function isUnstorableText(text: string): boolean {
  return text === '' || text.includes('\u0000') || !text.isWellFormed();
}

const FAULT = 'is empty or holds a NUL character or half a surrogate pair; correct it in the source';

function isUnstorableValue(value: SourceValue): boolean {
  if (typeof value === 'string') return value !== '' && isUnstorableText(value);
  return Array.isArray(value) && value.some((element) => element !== '' && isUnstorableText(element));
}
