import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Another process holds the folder. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
  /** Process id of the holder, when it could be read. */
  readonly holderPid: number | undefined;

  constructor(path: string, holderPid: number | undefined) {
    const holder = holderPid === undefined ? 'another process' : `process ${holderPid}`;
    super(`${path} is locked by ${holder}: stop it first. Two openers of one database destroy each other's rows`);
    this.holderPid = holderPid;
  }
}

export interface FolderLock {
  release(): void;
}

const pidPath = (path: string): string => `${path}.pid`;

/**
 * Locks a path for this process, until it is released or the process ends, in whatever way: the lock is the
 * operating system's, taken through an SQLite file, for Node itself offers none.
 *
 * @throws {FolderLockedError} at once, when it is taken
 */
export function lockFolder(path: string): FolderLock {
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new FolderLockedError(path, readHolder(path));
    throw error;
  }
  writeFileSync(pidPath(path), `${process.pid}\n`, { mode: 0o600 });
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => (error as { errcode?: unknown } | null)?.errcode === SQLITE_BUSY;

function readHolder(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidPath(path), 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
