import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where the parts of an embedded database lie. */
export interface DataFolder {
  /** Everything below is for its owner only: PostgreSQL in WASM writes its files readable for all. */
  readonly root: string;
  readonly database: string;
  readonly lock: string;
  readonly masterKey: string;
}

/** The folder cannot be used as it is; nothing was changed. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

const OTHERS_MASK = 0o077;

/**
 * Creates the folder for its owner only, or takes one that only its owner can enter.
 *
 * @throws {DataFolderError} others may enter it, it belongs to someone else, or it is no folder
 */
export async function prepareDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await assertPrivate(root);
  return {
    root,
    database: join(root, 'database'),
    lock: join(root, 'lock'),
    masterKey: join(root, 'master.key'),
  };
}

/** Windows has no such modes; its folders are private by the rights of the user's profile. */
async function assertPrivate(root: string): Promise<void> {
  const found = await stat(root);
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (uid !== 0 && found.uid !== uid) {
    throw new DataFolderError(`${root} belongs to user ${found.uid} and this process runs as ${uid}: chown it`);
  }
  if ((found.mode & OTHERS_MASK) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  throw new DataFolderError(
    `${root} can be entered by others (mode ${mode}), and the database's files in it are readable: chmod 700 ${root}`,
  );
}
