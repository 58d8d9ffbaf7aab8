import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { explainError } from './explain-error.ts';

const BIN = join(import.meta.dirname, '../bin/rollcall.js');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });

test('--version is the version alone', async () => {
  const { code, stdout } = await run('--version');
  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('an unknown command is an error that shows a near one', async () => {
  const { code, stderr } = await run('serv');
  assert.equal(code, 1);
  assert.match(stderr, /Did you mean serve\?/);
});

test('an unusable option is an error with its reason, without a stack', async () => {
  const { code, stdout, stderr } = await run('serve', '--port', '99999');
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^rollcall: The configuration cannot be used:\n {2}PORT: give a whole number/);
  assert.ok(!stderr.includes('    at '));
});

test('a defect of ours shows its stack, a refusal its reason and cause', () => {
  assert.match(explainError(new TypeError('x is undefined')), /TypeError: x is undefined\n {4}at /);
  const refusal = new Error('cannot open the folder', { cause: new Error('another process has it') });
  assert.equal(explainError(refusal), 'cannot open the folder\n  because: another process has it');
  assert.match(explainError(Object.assign(new Error('listen'), { code: 'EADDRINUSE' })), /--port/);
});

describe('rollcall serve', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const serve = (): ChildProcess =>
    spawn(process.execPath, [BIN, 'serve', '--port', '0', '--data', join(folder, 'data')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  test('prints its address as the first line, serves there, and ends with 0 at SIGTERM and at SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const child = serve();
      assert.ok(child.stdout);
      const lines = createInterface(child.stdout);
      const [line] = (await once(lines, 'line')) as [string];
      const [, url] = /^Rollcall serves at (http:\/\/localhost:\d+)$/.exec(line) ?? [];
      assert.ok(url, line);
      assert.equal((await fetch(`${url}/readyz`)).status, 200);
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [0, null], signal);
    }
  });
});
