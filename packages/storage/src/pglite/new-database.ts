/** How a new database is made. Small WAL segments keep an empty one small, and quick to copy. */
export const INITDB_PARAMETERS: readonly string[] = ['--wal-segsize=4'];

/**
 * What is done once in a new database. The templates serve only CREATE DATABASE, which the engine cannot use: it
 * serves one database. They are half of the files, each of which is written to disk at every first start.
 */
export const PREPARATION: readonly string[] = [
  'update pg_database set datistemplate = false',
  'drop database template0',
  'drop database template1',
  'checkpoint',
];

/** PostgreSQL's major version inside the engine; a folder of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';
