/** Microsoft's Postman collections for SCIM endpoints, played by newman against a real server. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { havePart } from '../support/part.ts';
import { startServer } from '../support/server.ts';
import { SUITES, suiteFile } from '../support/suites.ts';
import { createTestTenant } from '../support/tenant.ts';
import { NEWMAN } from './outside-parts.ts';
import { type PostmanAssertion, type PostmanRun, runPostman } from './postman-run.ts';

/** All but `Get Token`, which asks a route of Microsoft's sample and then overwrites our token with nothing. */
const REFERENCE_FOLDERS = [
  'Endpoint tests',
  'User tests',
  'Group tests',
  'ComplexAttribute tests',
  'User tests with garbage',
  'Group tests with garbage',
  'Teardown garbage',
  'Get all groups',
];

interface KnownWrong {
  readonly step: string;
  readonly assertions: readonly string[];
  readonly reason: string;
}

function readKnownWrong(): readonly KnownWrong[] {
  return JSON.parse(readFileSync(suiteFile('third-party', 'known-wrong.json'), 'utf8'));
}

const isKnownWrong = (known: readonly KnownWrong[], { step, assertion }: PostmanAssertion): boolean =>
  known.some((entry) => entry.step === step && entry.assertions.includes(assertion));

interface Expected {
  readonly name: string;
  readonly requests: number;
  readonly assertions: number;
  readonly known: readonly KnownWrong[];
}

async function judge(t: TestContext, run: PostmanRun, { name, known, ...expected }: Expected): Promise<void> {
  const failed = run.assertions.filter((each) => each.problem !== undefined);
  const excused = failed.filter((each) => isKnownWrong(known, each));
  for (const each of run.assertions.filter((assertion) => !excused.includes(assertion))) {
    const { step, assertion, problem } = each;
    await t.test(`${name}: ${step}: ${assertion}`, () => assert.ok(problem === undefined, problem));
  }
  await t.test(`${name}: every request was sent and answered`, () => {
    const counts = { requests: run.requests, assertions: run.assertions.length };
    assert.deepEqual({ ...counts, accidents: run.accidents }, { ...expected, accidents: [] });
  });
  t.diagnostic(`${name}: ${excused.length} assertions failed that known-wrong.json lists with the reason`);
}

test("Microsoft's Postman collections", async (t) => {
  if (!havePart(t, SUITES) || !havePart(t, NEWMAN)) return;
  await using server = await startServer();
  // The reference collection counts what the whole tenant holds, so each gets an empty one.
  const reference = await runPostman(
    'microsoft-reference.postman_collection.json',
    await createTestTenant(server, 'entra'),
    REFERENCE_FOLDERS,
  );
  await judge(t, reference, { name: 'reference', requests: 77, assertions: 105, known: readKnownWrong() });
  const inbound = await runPostman(
    'microsoft-inbound.postman_collection.json',
    await createTestTenant(server, 'entra'),
  );
  await judge(t, inbound, { name: 'inbound', requests: 16, assertions: 9, known: [] });
});
