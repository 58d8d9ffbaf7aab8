import type { Database } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';

/** Runs a suite on both engines with one database of each: every test makes a tenant of its own in it. */
export function onSharedDatabase(name: string, suite: (open: () => Promise<Database>) => void): void {
  eachDatabase(name, (openNew) => {
    let shared: Promise<Database> | undefined;
    suite(() => {
      shared ??= openNew();
      return shared;
    });
  });
}
