export type { Database, Queryable, Result, Row, TransactionOptions } from './database.ts';
export { DatabaseError, DatabaseUnavailableError } from './database-error.ts';
export { type MigrateResult, MigrationError, migrate } from './migrate.ts';
export type { Migration } from './migration.ts';
export { migrations } from './migrations/index.ts';
export { openPostgres, type PostgresOptions } from './postgres.ts';
export { type Fragment, join, raw, type Statement, sql, statement } from './sql.ts';
