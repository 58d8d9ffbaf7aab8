export { eachDatabase, type OpenDatabase, type OpenDatabaseOptions } from './each-database.ts';
export { onPostgres } from './on-postgres.ts';
export { type PostgresServer, type PostgresServerOptions, startPostgres } from './postgres-server.ts';
export { openTestPglite, type TestPgliteOptions } from './test-pglite.ts';
export { openTestPostgres, TEST_POSTGRES_VARIABLE, type TestPostgresOptions } from './test-postgres.ts';
