import { randomUUID } from 'node:crypto';

const SEQUENCE_MAX = 0xfff;

/** The last UUID that was made: its time, and its number within that millisecond. */
const last = { ms: 0, sequence: 0 };

/**
 * A UUID of version 7: rows made together lie together, and those that one process makes are in the order of
 * their making, within a millisecond too and when its clock is set back.
 *
 * @see RFC 9562 5.7, 6.2 method 1 (a counter in rand_a)
 */
export function newUuid(nowMs: number): string {
  const isLater = nowMs > last.ms;
  const isFull = last.sequence === SEQUENCE_MAX;
  last.ms = isLater ? nowMs : last.ms + (isFull ? 1 : 0);
  last.sequence = isLater || isFull ? 0 : last.sequence + 1;
  const time = last.ms.toString(16).padStart(12, '0');
  const sequence = last.sequence.toString(16).padStart(3, '0');
  // The rest is the random part of a version 4 UUID, whose entropy is drawn for many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}${randomUUID().slice(18)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is an id as we write them: lower case, with hyphens. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
