import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the entries of a folder last: files created, renamed or removed in it. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
