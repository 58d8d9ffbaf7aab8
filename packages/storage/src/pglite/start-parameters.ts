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
