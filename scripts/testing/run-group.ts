import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Group } from './groups.ts';
import type { Tally } from './tally.ts';

const root = dirname(dirname(import.meta.dirname));
const TEST_MS_MAX = 5 * 60_000;
const GROUP_MS_MAX = 20 * 60_000;

/** Lets a group end by itself after a signal before it is killed. */
const GRACE_MS = 5_000;

const reporter = (name: string): string => pathToFileURL(join(import.meta.dirname, name)).href;

function argumentsFor(group: Group, tallyFile: string): readonly string[] {
  return [
    '--test',
    `--test-isolation=${group.isolation}`,
    ...(group.isolation === 'process' ? [`--test-concurrency=${group.concurrency}`] : []),
    `--test-timeout=${TEST_MS_MAX}`,
    `--test-reporter=${reporter('quiet-reporter.ts')}`,
    '--test-reporter-destination=stdout',
    `--test-reporter=${reporter('tally-reporter.ts')}`,
    `--test-reporter-destination=${tallyFile}`,
    ...group.files,
  ];
}

interface Ended {
  readonly code: number | null;
  /** Set when the group had to be killed. */
  readonly overdue: boolean;
}

/**
 * Runs `node --test` as the head of a process group of its own, so that whatever a test leaves behind ends
 * with it: a leftover server keeps its port and its database.
 */
function runNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch (error) {
      // ESRCH: every process of the group has ended.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const stop = (signal: NodeJS.Signals): void => {
    signalGroup(signal);
    setTimeout(() => signalGroup('SIGKILL'), GRACE_MS).unref();
  };
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    stop('SIGTERM');
  }, GROUP_MS_MAX);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      signalGroup('SIGKILL');
      done({ code, overdue });
    });
  });
}

function readTally(file: string): Tally | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.log(`No tally of this group: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function judge(ended: Ended, tally: Tally | undefined): Tally {
  if (ended.code === 0 && tally !== undefined) return tally;
  const { passed, failed, skipped } = tally ?? { passed: 0, failed: 0, skipped: 0 };
  const why = ended.overdue ? 'was stopped: it ran too long, or a handle stayed open' : `ended with ${ended.code}`;
  if (failed === 0) console.log(`The test process ${why}, without naming a failed test.`);
  return { passed, skipped, failed: Math.max(1, failed) };
}

/** Runs one group of test files; everything that goes wrong outside a test counts as one failure. */
export async function runGroup(group: Group, env: NodeJS.ProcessEnv): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
  const tallyFile = join(folder, 'tally.json');
  try {
    const ended = await runNode(argumentsFor(group, tallyFile), env);
    return judge(ended, readTally(tallyFile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
