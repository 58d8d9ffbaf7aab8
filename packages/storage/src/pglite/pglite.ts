import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { columnTypes } from '../column-types.ts';
import { migrate } from '../migrate.ts';
import type { Migration } from '../migration.ts';
import { migrations as allMigrations } from '../migrations/index.ts';
import { keepErrorsFromCrashing, PoolDatabase, type PoolDatabaseOptions } from '../pool-database.ts';
import { type DataFolder, DataFolderError, prepareDataFolder } from './data-folder.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { EngineStream } from './engine-stream.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { FREE_SPACE_FLOOR_BYTES, FreeSpace } from './free-space.ts';
import { Maintenance } from './maintenance.ts';
import { POSTGRES_MAJOR, PREPARATION } from './new-database.ts';
import { findOrBuildSnapshot, installSnapshot } from './snapshot.ts';

export interface PgliteOptions {
  /** Created for its owner only; nobody else may be able to enter it. */
  readonly dataDir: string;
  /** Default 15,000. A statement that runs longer takes the engine down, which is up again in a second or two. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for the one connection, a restart of the engine included. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Below so many free bytes on the disk, writes are refused. Default 128 MB. */
  readonly freeSpaceFloorBytes?: number;
  /** Told what an operator should know. Default `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
  /** What a new folder starts with; the snapshot of it is kept. Default all of this program's. */
  readonly migrations?: readonly Migration[];
}

export const PGLITE_STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens the embedded database in a folder, which this process alone may use.
 *
 * @throws {FolderLockedError} another process has it open; its process id is in the text
 * @throws {DataFolderError} others can enter the folder, or it holds another version's database
 */
export async function openPglite(options: PgliteOptions): Promise<PoolDatabase> {
  const folder = await prepareDataFolder(options.dataDir);
  const lock = lockFolder(folder.lock);
  try {
    await prepareDatabase(folder, options.migrations ?? allMigrations);
    return await openLocked(folder, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A database of this version, or a new one. */
async function prepareDatabase({ database }: DataFolder, migrations: readonly Migration[]): Promise<void> {
  if (!existsSync(database)) {
    await installSnapshot(await findSnapshot(migrations), database, { durable: true });
    return;
  }
  const version = readVersion(database);
  if (version === POSTGRES_MAJOR) return;
  throw new DataFolderError(
    `${database} holds a database of PostgreSQL ${version ?? '(unknown)'} and this program brings ${POSTGRES_MAJOR}: ` +
      'export it with the program that made it, and import it into a new folder',
  );
}

function readVersion(database: string): string | undefined {
  const path = join(database, 'PG_VERSION');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

async function openLocked(folder: DataFolder, lock: FolderLock, options: PgliteOptions): Promise<PoolDatabase> {
  const warn = options.onWarning ?? ((message: string) => process.emitWarning(message));
  const engine = new Engine({
    dataDir: folder.database,
    durable: true,
    mayCreate: false,
    onRestart: (reason) => warn(`the embedded database is started again: ${reason}`),
  });
  const { durable } = await engine.whenReady();
  if (!durable) warn('commits are not proven to reach the disk: a power cut may lose what was acknowledged');
  const space = new FreeSpace({
    path: folder.root,
    floorBytes: options.freeSpaceFloorBytes ?? FREE_SPACE_FLOOR_BYTES,
  });
  const database = databaseOn(engine, {
    ...options,
    durable,
    admit: (statement) => space.admit(statement),
    onClosing: () => maintenance.stop(),
    onClose: async () => {
      try {
        await engine.close();
      } finally {
        lock.release();
      }
    },
  });
  const maintenance = new Maintenance(database, {
    onError: (error) => warn(`maintenance of the embedded database failed: ${(error as Error).message}`),
  });
  maintenance.start();
  return database;
}

export type EngineDatabaseOptions = Pick<PgliteOptions, 'statementTimeoutMs' | 'connectTimeoutMs'> &
  Pick<PoolDatabaseOptions, 'durable' | 'admit' | 'onClosing' | 'onClose'>;

/** A database on a started engine: the driver of the other engine, with the thread for a network. */
export function databaseOn(engine: Engine, options: EngineDatabaseOptions): PoolDatabase {
  const pool = new pg.Pool({
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    stream: () => new EngineStream(engine) as never,
    ssl: false,
    user: 'postgres',
    database: 'postgres',
    types: columnTypes,
  });
  keepErrorsFromCrashing(pool);
  const { durable, admit, onClosing, onClose } = options;
  return new PoolDatabase({
    kind: 'pglite',
    pool,
    deadlineMs: options.statementTimeoutMs ?? PGLITE_STATEMENT_TIMEOUT_MS,
    durable,
    ...(admit === undefined ? {} : { admit }),
    ...(onClosing === undefined ? {} : { onClosing }),
    ...(onClose === undefined ? {} : { onClose }),
  });
}

/** A snapshot with the migrations applied, itself made from one without any: only that one takes long. */
function findSnapshot(migrations: readonly Migration[]): Promise<string> {
  return findOrBuildSnapshot(migrations, async (folder) => {
    if (migrations.length > 0) await installSnapshot(await findSnapshot([]), folder, { durable: false });
    await buildDatabase(folder, migrations);
  });
}

/** Makes a database when there is none, applies the migrations, and shuts it down cleanly. */
async function buildDatabase(folder: string, migrations: readonly Migration[]): Promise<void> {
  const isNew = !existsSync(folder);
  const engine = new Engine({ dataDir: folder, durable: false, mayCreate: isNew });
  await engine.whenReady();
  const database = databaseOn(engine, { durable: false, onClose: () => engine.close() });
  try {
    for (const text of isNew ? PREPARATION : []) await database.query({ text, values: [] });
    await migrate(database, migrations);
  } finally {
    await database.close();
  }
}

/** An engine on a copy of the snapshot that forgets everything at a power cut. For tests. */
export async function startLossyEngine(
  folder: string,
  migrations: readonly Migration[],
  options: Pick<EngineOptions, 'mayExitWhenIdle' | 'onRestart'> = {},
): Promise<Engine> {
  await installSnapshot(await findSnapshot(migrations), folder, { durable: false });
  const engine = new Engine({ dataDir: folder, durable: false, mayCreate: false, ...options });
  await engine.whenReady();
  return engine;
}
