import { test } from 'node:test';
import { havePart } from '../support/part.ts';
import { startServer } from '../support/server.ts';
import { SUITES } from '../support/suites.ts';
import { testWireSuites } from './wire-suites.ts';

test('the requests of Entra and Okta, server on PGlite', async (t) => {
  if (!havePart(t, SUITES)) return;
  await using server = await startServer();
  await testWireSuites(t, server, 'PGlite');
});
