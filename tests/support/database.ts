import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Part } from './part.ts';

const serverUrl = process.env.ROLLCALL_TEST_POSTGRES_URL;

export const POSTGRES: Part = {
  name: 'PostgreSQL',
  present: Boolean(serverUrl),
  bring: 'apt-get install postgresql, then run by `npm test`; or set ROLLCALL_TEST_POSTGRES_URL',
};

/** A database of one test. */
export interface TestDatabase extends AsyncDisposable {
  /** For `DATABASE_URL`. */
  readonly url: string;
}

async function runOnServer(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Makes an empty database on the test server; it is dropped, with whoever is still connected, at disposal. */
export async function createTestDatabase(): Promise<TestDatabase> {
  if (!serverUrl) throw new TypeError('createTestDatabase needs ROLLCALL_TEST_POSTGRES_URL: ask havePart(t, POSTGRES)');
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  await runOnServer(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runOnServer(`drop database ${name} with (force)`),
  };
}
