import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7: ordered by the time of its making, so that rows made together lie together.
 *
 * @see RFC 9562 5.7
 */
export function newUuid(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  // The random part of a version 4 UUID, whose entropy is drawn for many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is an id as we write them: lower case, with hyphens. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
