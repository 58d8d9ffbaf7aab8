import { before } from 'node:test';
import type { Database } from '@rollcall/storage';
import { eachDatabase, type OpenDatabase } from '@rollcall/storage/testing';

/** Runs a suite on both engines with one database of each: every test makes a tenant of its own in it. */
export function onSharedDatabase(
  name: string,
  suite: (open: () => Promise<Database>, kind: Database['kind']) => void,
): void {
  eachDatabase(name, (openNew, kind) => suite(openedBefore(openNew), kind));
}

/** One database for all tests of the suite that calls this: opened before them, and so closed after the last. */
export function openedBefore(openNew: OpenDatabase): () => Promise<Database> {
  let opening: Promise<Database> | undefined;
  before(async () => {
    opening = openNew();
    await opening;
  });
  return async () => {
    if (!opening) throw new TypeError('the suite has not begun');
    return opening;
  };
}
