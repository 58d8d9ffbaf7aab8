import { describe } from 'node:test';
import { TEST_POSTGRES_VARIABLE } from './test-postgres.ts';

/** Why PostgreSQL's half of a suite cannot run here; false when it can, or must because `CI=true`. */
export function whyNoPostgres(): string | false {
  if (process.env[TEST_POSTGRES_VARIABLE] || process.env.CI === 'true') return false;
  return `no ${TEST_POSTGRES_VARIABLE}: apt-get install postgresql-15, then npm test starts a server by itself`;
}

/** A suite of what only a PostgreSQL server does. */
export function onPostgres(name: string, suite: () => void): void {
  describe(`${name} (PostgreSQL)`, { skip: whyNoPostgres() }, suite);
}
