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

/** `--compat`: it takes 204 for a PATCH as a warning, which RFC 7644 3.5.2 allows and groups need. */
const PROBE_OPTIONS = ['--json-output', '--i-accept-side-effects', '--compat'];

test('scim-sanity finds no failure', async (t) => {
  if (!havePart(t, PYTHON_TESTERS)) return;
  await using server = await startServer();
  const { endpoint, token } = await createTestTenant(server, 'entra');
  const args = ['-m', 'scim_sanity', 'probe', endpoint, '--token', token, ...PROBE_OPTIONS];
  const run = await runProgram(python, args, { timeoutMs: RUN_MS_MAX });
  const { results }: { readonly results: readonly Probe[] } = JSON.parse(run.stdout);
  for (const { name, phase, status, message } of results) {
    await t.test(`scim-sanity: ${phase}: ${name}`, () => {
      assert.ok(!['fail', 'error'].includes(status), `${status}: ${message}`);
    });
  }
  await t.test('scim-sanity: all phases were played', () => {
    assert.ok(results.length >= PROBES_MIN, `only ${results.length} results: ${run.stderr}`);
  });
});
