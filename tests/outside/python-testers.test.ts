/** Conformance testers of the Python SCIM community, run against a real server, once for each preset they suit. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { havePart } from '../support/part.ts';
import { runProgram } from '../support/run-program.ts';
import { startServer } from '../support/server.ts';
import { createTestTenant, type TestTenant } from '../support/tenant.ts';
import { PYTHON_TESTERS, python } from './outside-parts.ts';

const RUN_MS_MAX = 4 * 60_000;
/** A run that stops after discovery has fewer results than that, and must not look like a pass. */
const RESULTS_MIN = 100;
const PROBES_MIN = 20;

interface CheckResult {
  readonly status: string;
  readonly title: string;
  readonly resourceType: string | null;
  readonly reason: string | null;
  readonly data: string | null;
}

/** Statuses of scim2-tester that mean a MUST of the standard is broken; DEVIATION is a SHOULD. */
const BROKEN = ['ERROR', 'CRITICAL'];

async function runTester(t: TestContext, name: string, { endpoint, token }: TestTenant): Promise<void> {
  const script = join(import.meta.dirname, 'check_server.py');
  const run = await runProgram(python, [script, endpoint], { timeoutMs: RUN_MS_MAX, env: { SCIM_TOKEN: token } });
  assert.equal(run.code, 0, run.stderr);
  const results: readonly CheckResult[] = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { status, title, resourceType, reason, data } of results) {
    await t.test(`${name}: ${resourceType ?? 'service'} ${title}`, () =>
      assert.ok(!BROKEN.includes(status), `${status}: ${reason}\n${data}`),
    );
  }
  await t.test(`${name}: users and groups were both checked`, () => {
    assert.ok(results.length >= RESULTS_MIN, `only ${results.length} results`);
    assert.ok(['User', 'Group'].every((type) => results.some((each) => each.resourceType === type)));
  });
  const deviations = results.filter(({ status }) => status === 'DEVIATION');
  for (const { title, reason } of deviations) t.diagnostic(`${name}: deviates from a SHOULD: ${title}: ${reason}`);
}

test('scim2-tester finds no broken MUST', async (t) => {
  if (!havePart(t, PYTHON_TESTERS)) return;
  await using server = await startServer();
  for (const preset of ['entra', 'strict'] as const) {
    await runTester(t, `scim2-tester, ${preset}`, await createTestTenant(server, preset));
  }
});

interface Probe {
  readonly name: string;
  readonly status: string;
  readonly phase: string;
  readonly message?: string;
}

const PROBE_OPTIONS = ['--json-output', '--i-accept-side-effects', '--compat'];

/** Failures that a right server has; each with the section that makes it right. */
const KNOWN_WRONG: Readonly<Record<string, { readonly message: RegExp; readonly reason: string }>> = {
  'PATCH /Groups/{id}': {
    message: /got 204/,
    reason: 'RFC 7644 3.5.2 allows 204, and a group may be too large to return',
  },
  'PATCH /Groups/{id} remove members': { message: /got 204/, reason: 'as above' },
  'PATCH /Groups/{id} add member': {
    message: /got 400/,
    reason: 'the member is "fake-member-id", which is no resource: refused unless the policy keeps unknown ids',
  },
};

function isKnownWrong({ name, message = '' }: Probe): boolean {
  return Object.hasOwn(KNOWN_WRONG, name) && KNOWN_WRONG[name]?.message.test(message) === true;
}

test('scim-sanity finds no failure but its known mistakes', async (t) => {
  if (!havePart(t, PYTHON_TESTERS)) return;
  await using server = await startServer();
  const { endpoint, token } = await createTestTenant(server, 'entra');
  const args = ['-m', 'scim_sanity', 'probe', endpoint, '--token', token, ...PROBE_OPTIONS];
  const run = await runProgram(python, args, { timeoutMs: RUN_MS_MAX });
  const { results }: { readonly results: readonly Probe[] } = JSON.parse(run.stdout);
  const failed = results.filter(({ status }) => status === 'fail' || status === 'error');
  for (const probe of results.filter((each) => !(failed.includes(each) && isKnownWrong(each)))) {
    await t.test(`scim-sanity: ${probe.phase}: ${probe.name}`, () => {
      assert.ok(!failed.includes(probe), `${probe.status}: ${probe.message}`);
    });
  }
  await t.test('scim-sanity: all phases were played', () => {
    assert.ok(results.length >= PROBES_MIN, `only ${results.length} results: ${run.stderr}`);
  });
  t.diagnostic(`scim-sanity: ${failed.filter(isKnownWrong).length} probes failed that are known to be wrong`);
});
