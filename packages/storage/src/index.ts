export { CRASH_POINTS, type CrashPoint, crashpoint } from './crashpoint.ts';
export type { Database, Queryable, Result, Row, TransactionOptions } from './database.ts';
export { DatabaseError, DatabaseUnavailableError } from './database-error.ts';
export { SealError } from './envelope.ts';
export { generateMasterKey, type MasterKey, MasterKeyError, parseMasterKey } from './master-key.ts';
export { type MigrateResult, MigrationError, migrate } from './migrate.ts';
export type { Migration } from './migration.ts';
export { migrations } from './migrations/index.ts';
export {
  type DatabaseLocation,
  type OpenDatabaseOptions,
  type OpenSecretsOptions,
  openDatabase,
  openSecrets,
} from './open-database.ts';
export { DataFolderError } from './pglite/data-folder.ts';
export { FolderLockedError } from './pglite/folder-lock.ts';
export { openPglite, type PgliteOptions } from './pglite/pglite.ts';
export { openPostgres, type PostgresOptions } from './postgres.ts';
export { type ResealCounts, resealAll, SEALED_COLUMNS, type SealedColumn } from './reseal.ts';
export { type SealPlace, Secrets, type SecretsOptions, sealContext } from './secrets.ts';
export { type Fragment, join, raw, type Statement, sql, statement } from './sql.ts';
