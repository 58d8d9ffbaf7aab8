/**
 * Plays the wire suites against one real server: every step of a file becomes a test of its own, so that the
 * closing count says how many requests of Entra and Okta were answered rightly.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { runProgram } from '../support/run-program.ts';
import type { RunningServer } from '../support/server.ts';
import { suiteFile } from '../support/suites.ts';
import { createTestTenant } from '../support/tenant.ts';

const SUITE_MS_MAX = 3 * 60_000;

const WIRE_FILES = [
  { file: 'entra-wire.json', preset: 'entra' },
  { file: 'okta-wire.json', preset: 'okta' },
] as const;

interface StepResult {
  readonly label: string;
  /** What was expected and what came; empty when the step passed. */
  readonly problem: string;
}

/** Reads what `wire-run.mjs -v` prints: one line for each step, indented lines with what went wrong. */
function readSteps(output: string): readonly StepResult[] {
  const steps = output.replace(/^\d+ passed, \d+ failed$/m, '');
  const blocks = steps.split(/^(?=ok {4}|FAIL {2})/m).filter((block) => /^(?:ok {4}|FAIL {2})/.test(block));
  return blocks.map((block) => {
    const [first = '', ...rest] = block.trimEnd().split('\n');
    const passed = first.startsWith('ok');
    return { label: first.slice(6), problem: passed ? '' : [first, ...rest].join('\n') };
  });
}

function countSteps(file: string): number {
  const scenarios: readonly { readonly steps: readonly unknown[] }[] = JSON.parse(readFileSync(file, 'utf8'));
  return scenarios.reduce((sum, { steps }) => sum + steps.length, 0);
}

/** Every step of both files; a step that was never reported fails the count at the end. */
export async function testWireSuites(t: TestContext, server: RunningServer, database: string): Promise<void> {
  for (const { file, preset } of WIRE_FILES) {
    const { endpoint, token } = await createTestTenant(server, preset);
    const path = suiteFile(file);
    const run = await runProgram(process.execPath, [suiteFile('wire-run.mjs'), endpoint, token, path, '-v'], {
      timeoutMs: SUITE_MS_MAX,
    });
    const steps = readSteps(run.stdout);
    for (const { label, problem } of steps) {
      await t.test(`${database}, ${file}: ${label}`, () => assert.ok(problem === '', problem));
    }
    await t.test(`${database}, ${file}: every step was played`, () => {
      assert.equal(steps.length, countSteps(path), `${run.stdout.slice(-500)}${run.stderr}`);
    });
  }
}
