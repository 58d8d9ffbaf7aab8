/**
 * `npm test`: every test of the project, with one PostgreSQL server that is started for it and thrown away.
 *
 * `npm test -- TEXT…` runs only files whose path contains one of the texts. What needs a part of the system
 * that is absent is skipped and says which command brings it; with `CI=true` that is a failure.
 */

import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import { type PostgresServer, startPostgres } from '../packages/storage/src/testing/postgres-server.ts';
import { groupTests } from './testing/groups.ts';
import { runGroup } from './testing/run-group.ts';
import { addTallies, NO_TESTS, showTally, type Tally } from './testing/tally.ts';

const root = dirname(import.meta.dirname);
const isCi = process.env.CI === 'true';
const POSTGRES_CONNECTIONS_MAX = '200';

const TEST_FILES = [
  'packages/*/src/**/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'benchmarks/**/*.test.ts',
  'scripts/**/*.test.ts',
  'tests/**/*.test.ts',
];

interface Database {
  /** Undefined: the suites run on PGlite only. */
  readonly url: string | undefined;
  readonly tally: Tally;
  stop(): Promise<void>;
}

const stopNothing = (): Promise<void> => Promise.resolve();

/** The server that the environment names, or a new one, or none with the reason on the screen. */
async function openDatabase(): Promise<Database> {
  const given = process.env.ROLLCALL_TEST_POSTGRES_URL;
  if (given) return { url: given, tally: NO_TESTS, stop: stopNothing };
  try {
    const server: PostgresServer = await startPostgres({
      allowDataLoss: true,
      settings: { max_connections: POSTGRES_CONNECTIONS_MAX },
    });
    return { url: server.url, tally: NO_TESTS, stop: () => server.stop() };
  } catch (error) {
    const tally = { ...NO_TESTS, ...(isCi ? { failed: 1 } : { skipped: 1 }) };
    const word = isCi ? styleText('red', 'FAIL') : styleText('yellow', 'skipped');
    console.log(`${word} everything on PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
    return { url: undefined, tally, stop: stopNothing };
  }
}

async function runAll(filters: readonly string[]): Promise<Tally> {
  const files = globSync(TEST_FILES, { cwd: root, exclude: (path) => path.includes('node_modules') });
  const groups = groupTests(
    files.map((file) => file.replaceAll('\\', '/')),
    filters,
  );
  if (groups.length === 0) {
    console.log(`No test file${filters.length > 0 ? ` whose path contains ${filters.join(' or ')}` : ''}.`);
    return { ...NO_TESTS, failed: 1 };
  }
  const database = await openDatabase();
  const env = { ...process.env, ...(database.url && { ROLLCALL_TEST_POSTGRES_URL: database.url }) };
  let total = database.tally;
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    for (const group of groups) {
      if (interrupted) break;
      console.log(styleText('bold', group.name));
      total = addTallies(total, await runGroup(group, env));
    }
  } finally {
    await database.stop();
  }
  return total;
}

const startedAt = performance.now();
const total = await runAll(process.argv.slice(2).filter((argument) => argument !== '--'));
console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
console.log(showTally(total));
process.exitCode = total.failed === 0 ? 0 : 1;
