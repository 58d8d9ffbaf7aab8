import { PGlite } from '@electric-sql/pglite';

/**
 * The embedded engine has no background processes: nothing but our own timer makes check points, and WAL
 * beyond this size is a sign that the timer does not run.
 */
const BOUNDED_WAL = ['max_wal_size=64MB', 'min_wal_size=32MB'];
/** `fdatasync` reaches no hook of the file system, `fsync` does. */
const DURABLE = ['fsync=on', 'wal_sync_method=fsync', 'synchronous_commit=on', 'full_page_writes=on'];
/** Compilation at run time is not built in; asking for it costs planning time. */
const ALWAYS = ['jit=off'];

/** `-F` turns fsync off, whatever else is said. */
const NO_FSYNC = '-F';

/** How PostgreSQL is started inside the engine. */
export function startParameters({ durable }: { durable: boolean }): string[] {
  const inherited = PGlite.defaultStartParams.filter((parameter) => !durable || parameter !== NO_FSYNC);
  const settings = [...ALWAYS, ...BOUNDED_WAL, ...(durable ? DURABLE : [])];
  return [...inherited, ...settings.flatMap((setting) => ['-c', setting])];
}

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
