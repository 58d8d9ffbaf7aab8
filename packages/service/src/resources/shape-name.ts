import { createHash } from 'node:crypto';

const SHAPES_MAX = 256;
const names = new Map<string, string>();

/**
 * A name for a statement of variable form, so that the server parses each form once for a connection:
 * clients send the same few filters with other values. Only the first forms of a process get one; a name
 * is kept by the server as long as the connection lives.
 */
export function shapeName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= SHAPES_MAX) return known;
  const name = `list-${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
  names.set(text, name);
  return name;
}
