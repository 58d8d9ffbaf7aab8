import { test } from 'node:test';
import { createTestDatabase, POSTGRES } from '../support/database.ts';
import { havePart } from '../support/part.ts';
import { startServer } from '../support/server.ts';
import { SUITES } from '../support/suites.ts';
import { testWireSuites } from './wire-suites.ts';

test('the requests of Entra and Okta, server on PostgreSQL', async (t) => {
  if (!havePart(t, SUITES) || !havePart(t, POSTGRES)) return;
  await using database = await createTestDatabase();
  await using server = await startServer({ databaseUrl: database.url });
  await testWireSuites(t, server, 'PostgreSQL');
});
