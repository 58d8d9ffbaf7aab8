import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checksumOf } from '../migrate.ts';
import type { Migration } from '../migration.ts';
import { syncFolder } from '../sync-folder.ts';
import { INITDB_PARAMETERS, PREPARATION } from './new-database.ts';

/** Makes a database folder with all migrations applied, shut down cleanly. */
export type BuildDatabase = (folder: string) => Promise<void>;

const UNUSED_AFTER_MS = 24 * 60 * 60_000;
const OTHERS_MASK = 0o077;

/**
 * Gives a folder that holds a new, migrated and cleanly closed database, to be copied: making one takes
 * seconds, copying one a fraction of it.
 *
 * It is made when it is first asked for and kept beside the dependencies, or else in the system's folder for
 * temporary files. Processes that make it at once do not meet: each builds aside, and the first to finish wins.
 */
export async function findOrBuildSnapshot(migrations: readonly Migration[], build: BuildDatabase): Promise<string> {
  const cache = await findCacheFolder();
  const snapshot = join(cache, keyOf(migrations));
  if (existsSync(snapshot)) {
    await markUsed(snapshot);
    return snapshot;
  }
  const aside = `${snapshot}.${randomUUID()}.building`;
  await buildOrRemove(aside, build);
  await moveUnlessPresent(aside, snapshot);
  await removeUnused(cache);
  return snapshot;
}

/**
 * Copies a snapshot to a place where no database is yet. A process killed meanwhile leaves no half of one:
 * the copy gets its name when it is complete and, if `durable`, on disk.
 */
export async function installSnapshot(snapshot: string, target: string, { durable }: { durable: boolean }) {
  const aside = `${target}.installing`;
  await rm(aside, { recursive: true, force: true });
  // Three times as fast as the asynchronous one; nothing else runs while a database is opened.
  cpSync(snapshot, aside, { recursive: true });
  if (durable) await syncTree(aside);
  await rename(aside, target);
  if (durable) syncFolder(dirname(target));
}

function keyOf(migrations: readonly Migration[]): string {
  const hash = createHash('sha256').update(JSON.stringify([INITDB_PARAMETERS, PREPARATION]));
  for (const migration of migrations) hash.update(`${migration.id}:${checksumOf(migration)}\n`);
  return `pglite-${engineVersion()}-${hash.digest('hex').slice(0, 16)}`;
}

function engineVersion(): string {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

async function findCacheFolder(): Promise<string> {
  const beside = findDependencies();
  if (beside !== undefined && (await tryFolder(join(beside, '.cache', 'rollcall')))) {
    return join(beside, '.cache', 'rollcall');
  }
  const shared = join(tmpdir(), `rollcall-cache-${process.getuid?.() ?? 'user'}`);
  return (await tryFolder(shared)) ? shared : mkdtemp(join(tmpdir(), 'rollcall-cache-'));
}

/** The folder that holds the engine's package. */
function findDependencies(): string | undefined {
  const path = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));
  const end = path.lastIndexOf(`${join('node_modules', '@electric-sql')}`);
  return end < 0 ? undefined : path.slice(0, end + 'node_modules'.length);
}

/** Whether the folder is there, or can be made, and is ours alone to write: a database is copied from it. */
async function tryFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { mode, uid } = await stat(path);
    if (process.getuid === undefined) return true;
    return uid === process.getuid() && (mode & OTHERS_MASK) === 0;
  } catch {
    return false;
  }
}

async function buildOrRemove(aside: string, build: BuildDatabase): Promise<void> {
  try {
    await build(aside);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

/** Renaming a folder onto one that is not empty fails: then another process was first. */
async function moveUnlessPresent(aside: string, snapshot: string): Promise<void> {
  try {
    await rename(aside, snapshot);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(snapshot)) throw error;
  }
}

async function markUsed(snapshot: string): Promise<void> {
  const now = new Date();
  await utimes(snapshot, now, now);
}

/** Snapshots of other versions, and what killed builders left. */
async function removeUnused(cache: string): Promise<void> {
  const before = Date.now() - UNUSED_AFTER_MS;
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.mtimeMs > before) continue;
    await rm(path, { recursive: true, force: true });
  }
}

const SYNC_PARALLEL = 8;

/** In parallel, since the file system writes its journal once for all that wait. */
async function syncTree(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true });
  const paths = [root, ...entries.map((entry) => join(root, entry))].values();
  const worker = async (): Promise<void> => {
    for (const path of paths) await syncPath(path);
  };
  await Promise.all(Array.from({ length: SYNC_PARALLEL }, worker));
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
