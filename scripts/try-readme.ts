/**
 * Follows the README as a newcomer would: `npm start`, then every `curl` line that it prints, then Ctrl-C.
 *
 * Without this program, the first two commands that anyone types are the only ones that no test runs.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
/** A fresh clone has two minutes, dependencies included; here these are installed. */
const TABLE_MS_MAX = 120_000;
const CURL_MS_MAX = 20_000;
const STOP_MS_MAX = 15_000;
const CURL_LINES = 2;

interface Trial {
  readonly child: ChildProcess;
  output: string;
}

function start(dataDir: string): Trial {
  const env = { ...process.env, PORT: '0', ROLLCALL_DATA: dataDir };
  // A process group of its own: npm, the wrapper and the server get the signal together, as from a terminal.
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const trial: Trial = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text);
      trial.output += text;
    });
  }
  return trial;
}

/** The `curl` commands of the output, those that go on after a backslash joined; the last line must be whole. */
function curlCommands(output: string): readonly string[] {
  const lines = output
    .replaceAll(/\\\r?\n\s*/g, ' ')
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => line.trim().replace(/^\$ /, '')).filter((line) => line.startsWith('curl '));
}

function signalGroup({ child }: Trial, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: all of them have ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function untilCurlLines(trial: Trial): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(TABLE_MS_MAX);
  for (;;) {
    const commands = curlCommands(trial.output);
    if (commands.length >= CURL_LINES) return commands;
    if (trial.child.exitCode !== null) throw new Error(`npm start ended with ${trial.child.exitCode}`);
    const next = new AbortController();
    const either = AbortSignal.any([signal, next.signal]);
    try {
      await Promise.race([
        trial.child.stdout && once(trial.child.stdout, 'data', { signal: either }),
        once(trial.child, 'exit', { signal: either }),
      ]);
    } finally {
      next.abort();
    }
  }
}

/** Runs one printed command in a shell; curl fails on a refusal, whatever flags the line has. */
function runCurl(command: string): Promise<unknown> {
  const checked = command.replace(/^curl /, 'curl --fail-with-body --silent --show-error ');
  return new Promise((done, fail) => {
    execFile('bash', ['-c', checked], { timeout: CURL_MS_MAX }, (error, stdout) => {
      if (error !== null) return fail(new Error(`${error.message}\n${stdout}`));
      return done(JSON.parse(stdout));
    });
  });
}

async function stop(trial: Trial): Promise<void> {
  if (trial.child.exitCode !== null) throw new Error(`it had ended before, with ${trial.child.exitCode}`);
  const ended = once(trial.child, 'close', { signal: AbortSignal.timeout(STOP_MS_MAX) });
  signalGroup(trial, 'SIGINT');
  await ended;
}

const tally = { passed: 0, failed: 0 };

/** @returns what the step gave; undefined when it failed, which is said and counted */
async function attempt<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await work();
    tally.passed += 1;
    console.log(`ok    ${name}`);
    return result;
  } catch (error) {
    tally.failed += 1;
    console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rollcall-readme-'));
const startedAt = performance.now();
const trial = start(join(folder, 'data'));
try {
  const commands = await attempt('npm start prints the table and two curl lines', () => untilCurlLines(trial));
  console.log(`      after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  for (const [index, command] of (commands ?? []).entries()) {
    await attempt(`printed curl line ${index + 1} is answered with JSON`, () => runCurl(command));
  }
  await attempt('Ctrl-C ends it', () => stop(trial));
} finally {
  signalGroup(trial, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
