/**
 * `npm run check`: everything that is true of the source without running it. All checks run, whatever the
 * others say, and their findings are listed together; the exit code is 1 when there is one.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { styleText } from 'node:util';
import { configurationPage } from './checks/configuration-page.ts';
import { exactVersions } from './checks/exact-versions.ts';
import { lockFile } from './checks/lock-file.ts';
import { machinePaths } from './checks/machine-paths.ts';
import { sqlCase } from './checks/sql-case.ts';
import type { Finding, TextCheck } from './checks/text-check.ts';

const root = dirname(import.meta.dirname);

interface Check {
  readonly name: string;
  /** Resolves with what is wrong; empty when nothing is. */
  run(): Promise<string>;
}

const TOOLS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  [
    'format, lint, floors (biome)',
    'biome',
    'check',
    '--error-on-warnings',
    '--diagnostic-level=warn',
    '--max-diagnostics=200',
    '.',
  ],
  ['types (tsc)', 'tsc', '-p', '.', '--noEmit'],
  ['promises (oxlint)', 'oxlint', '--type-aware', '--deny-warnings', '.'],
  ['unused code (knip)', 'knip', '--no-progress', '--no-config-hints'],
];

const TEXT_CHECKS: readonly TextCheck[] = [sqlCase, lockFile, exactVersions, machinePaths, configurationPage];

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const TOOL_MS_MAX = 5 * 60_000;

interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

function runTool(command: string, args: readonly string[]): Promise<Ended> {
  const options = { cwd: root, maxBuffer: OUTPUT_BYTES_MAX, timeout: TOOL_MS_MAX, shell: process.platform === 'win32' };
  return new Promise((done) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const text = `${stdout}${stderr}`.trim();
      done({ ok: error === null, output: text === '' ? (error?.message ?? '') : text });
    });
  });
}

const toolChecks: readonly Check[] = TOOLS.map(([name, command, ...args]) => ({
  name,
  run: async () => {
    const { ok, output } = await runTool(join(root, 'node_modules', '.bin', command), args);
    return ok ? '' : output;
  },
}));

/** Files that git knows or would add: what a fresh clone holds, plus what is about to be committed. */
async function listFiles(): Promise<readonly string[]> {
  const { ok, output } = await runTool('git', [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
  ]);
  if (!ok) throw new Error(`The text checks read the files that git lists, and git failed: ${output}`);
  return output.split('\n');
}

const show = ({ file, line, message }: Finding): string => `${file}${line === undefined ? '' : `:${line}`}: ${message}`;

function readText(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    // Deleted, and the deletion not yet committed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function textCheck(rule: TextCheck): Check {
  return {
    name: rule.name,
    run: async () => {
      const files = (await listFiles()).filter((file) => rule.appliesTo(file));
      const findings = files.flatMap((file) => rule.find(file, readText(file) ?? ''));
      return findings.map(show).join('\n');
    },
  };
}

async function runCheck(check: Check): Promise<boolean> {
  const startedAt = performance.now();
  const problems = await check.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const word = problems === '' ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
  console.log(`${word}  ${check.name}  ${seconds} s`);
  if (problems !== '') console.log(`${problems.replaceAll(/^/gm, '      ')}\n`);
  return problems === '';
}

const checks = [...toolChecks, ...TEXT_CHECKS.map(textCheck)];
const passed = (await Promise.all(checks.map(runCheck))).filter(Boolean).length;
const failed = checks.length - passed;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
