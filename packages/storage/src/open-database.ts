import type { Database } from './database.ts';
import { MasterKeyError, parseMasterKey, readOrCreateMasterKey } from './master-key.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { prepareDataFolder } from './pglite/data-folder.ts';
import { openPglite } from './pglite/pglite.ts';
import { openPostgres } from './postgres.ts';
import { Secrets } from './secrets.ts';

/** Where the data lies: on a PostgreSQL server when there is a URL, else in a folder. */
export interface DatabaseLocation {
  /** `DATABASE_URL`. */
  readonly databaseUrl?: string | undefined;
  /** `ROLLCALL_DATA`, for the embedded database. */
  readonly dataDir?: string | undefined;
}

export interface OpenDatabaseOptions extends DatabaseLocation {
  /** Connections to a PostgreSQL server. Default 10. */
  readonly poolMax?: number;
  /** Default 15,000. */
  readonly statementTimeoutMs?: number;
  /** Told what an operator should know. Default `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens the database and brings it to the form that this program needs. Several processes may do so at once
 * with one PostgreSQL server.
 *
 * @throws {DatabaseUnavailableError} the server cannot be reached
 * @throws {FolderLockedError} another process has the folder open
 * @throws {DataFolderError} the folder is not private, or holds another version's database
 * @throws {MigrationError} the database is newer than the program
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const database = await openEngine(options);
  try {
    await migrate(database, migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openEngine(options: OpenDatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDir, poolMax, ...rest } = options;
  if (databaseUrl !== undefined) return openPostgres({ url: databaseUrl, ...definedOnly({ poolMax }), ...rest });
  if (dataDir !== undefined) return openPglite({ dataDir, ...rest });
  throw new TypeError('openDatabase needs a databaseUrl or a dataDir');
}

function definedOnly(options: { poolMax: number | undefined }): { poolMax?: number } {
  return options.poolMax === undefined ? {} : { poolMax: options.poolMax };
}

export interface OpenSecretsOptions extends DatabaseLocation {
  /** `ROLLCALL_MASTER_KEY`. With a folder it may be absent: then it is the folder's `master.key`. */
  readonly masterKey?: string | undefined;
  /** `ROLLCALL_MASTER_KEY_PREVIOUS`, while the master key is being replaced. */
  readonly previousMasterKey?: string | undefined;
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens the secrets of a database. In a folder the master key is made at the first start; a server's database
 * outlives the host, so that there the key must come from outside.
 *
 * @throws {MasterKeyError} no key, no proper key, or not the one that the database was written with
 */
export async function openSecrets(database: Database, options: OpenSecretsOptions): Promise<Secrets> {
  const { previousMasterKey, onWarning } = options;
  return Secrets.open(database, {
    masterKey: await findMasterKey(options),
    ...(previousMasterKey === undefined ? {} : { previousMasterKey: parseMasterKey(previousMasterKey) }),
    ...(onWarning === undefined ? {} : { onWarning }),
  });
}

async function findMasterKey({ masterKey, databaseUrl, dataDir }: OpenSecretsOptions) {
  if (masterKey !== undefined) return parseMasterKey(masterKey);
  if (databaseUrl !== undefined || dataDir === undefined) {
    throw new MasterKeyError(
      'with DATABASE_URL, ROLLCALL_MASTER_KEY is needed: 32 random bytes in base64 or hex, ' +
        'such as openssl rand -base64 32 prints. Keep a copy apart from the database',
    );
  }
  return readOrCreateMasterKey((await prepareDataFolder(dataDir)).masterKey);
}
