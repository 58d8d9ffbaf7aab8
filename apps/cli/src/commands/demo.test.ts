import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const BIN = join(import.meta.dirname, '../../bin/rollcall.js');
const OPERATOR_KEY = 'operator-key-of-the-demo-test-0123456789';
const OUTPUT_MS_MAX = 60_000;

/** A demo as a real process. */
class Demo {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(data: string, args: readonly string[]) {
    const { DATABASE_URL: _, PORT: __, ...env } = process.env;
    this.#child = spawn(process.execPath, [BIN, 'demo', '--data', data, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, ROLLCALL_BOOTSTRAP_KEY: OPERATOR_KEY },
    });
    this.#ended = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  /** Waits until one of the streams has the text. */
  async until(stream: 'stdout' | 'stderr', text: string): Promise<void> {
    const source = this.#child[stream];
    assert.ok(source);
    const signal = AbortSignal.any([AbortSignal.timeout(OUTPUT_MS_MAX), this.#endSignal()]);
    while (!this[stream].includes(text)) await once(source, 'data', { signal });
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** The numbers of the printed table by their heads. */
  get table(): Readonly<Record<string, number>> {
    const lines = this.stdout.split('\n');
    const head = lines.findIndex((line) => line.startsWith('created'));
    const [names, values] = [lines[head], lines[head + 1]].map((line) => line?.trim().split(/ +/) ?? []);
    assert.ok(names && values, this.stdout + this.stderr);
    return Object.fromEntries(names.map((name, index) => [name, Number(values[index]?.replaceAll(',', ''))]));
  }

  /** Asks with what was printed, as a reader would. */
  async ask(path: string): Promise<Record<string, unknown>> {
    const [, endpoint = ''] = /^SCIM endpoint +(\S+)$/m.exec(this.stdout) ?? [];
    const [, token = ''] = /^Provisioning token +(\S+)$/m.exec(this.stdout) ?? [];
    return answer(`${endpoint}${path}`, token);
  }

  /** Asks the admin API. */
  async askAdmin(path: string): Promise<Record<string, unknown>> {
    const [, url = ''] = /^Serving at (\S+) /m.exec(this.stdout) ?? [];
    return answer(`${url}/api/v1${path}`, OPERATOR_KEY);
  }

  #endSignal(): AbortSignal {
    const ended = new AbortController();
    this.#child.once('exit', () => ended.abort(new Error(`the demo ended: ${this.stderr}`)));
    return ended.signal;
  }
}

async function answer(url: string, credential: string): Promise<Record<string, unknown>> {
  const reply = await fetch(url, { headers: { authorization: `Bearer ${credential}` } });
  assert.equal(reply.status, 200, url);
  return (await reply.json()) as Record<string, unknown>;
}

/** A port that was free a moment ago: the interrupted application must find its endpoint again. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Everything has been printed once this line is. */
const LAST_LINE = 'Ctrl-C stops the server';

describe('rollcall demo', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-demo-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('prints what the endpoint has; the second start sends nothing, the third only what differs', async () => {
    const data = join(folder, 'data');
    const first = new Demo(data, ['--people', '30', '--groups', '5']);
    await first.until('stdout', LAST_LINE);
    const { created, groups, members, requests, updated } = first.table;
    const users = await first.ask('/Users?count=0');
    assert.deepEqual([users.totalResults, updated], [created, 0]);
    assert.equal((await first.ask('/Groups?count=0')).totalResults, groups);
    assert.equal(groups, 5);
    const { Resources } = (await first.ask('/Groups')) as { Resources: { members?: unknown[] }[] };
    assert.equal(Resources.flatMap((group) => group.members ?? []).length, members);
    assert.ok(requests && requests > 35);
    assert.deepEqual(first.stderr.trim().split('\n').slice(1), [
      'Reading the directory',
      ...['Planning', 'Users and groups', 'Members of groups'].filter((stage) => first.stderr.includes(stage)),
    ]);
    const history = await first.askAdmin('/tenants/acme/history?limit=1');
    first.interrupt();
    assert.equal(await first.end(), 0, first.stderr);

    const second = new Demo(data, []);
    await second.until('stdout', LAST_LINE);
    assert.deepEqual([second.table.created, second.table.requests], [0, 0]);
    assert.match(second.stdout, /^Nothing changed: /m);
    assert.deepEqual(await second.askAdmin('/tenants/acme/history?limit=1'), history);
    second.interrupt();
    assert.equal(await second.end(), 0, second.stderr);

    const usersFile = join(data, 'sources', 'acme', 'users.csv');
    const [header = ''] = (await readFile(usersFile, 'utf8')).split('\r\n');
    const newcomer: Readonly<Record<string, string>> = {
      objectId: 'new-1',
      userPrincipalName: 'newcomer@example.com',
      displayName: 'New Comer',
      accountEnabled: 'true',
    };
    const row = header.split(',').map((name) => newcomer[name] ?? '');
    await appendFile(usersFile, `${row.join(',')}\r\n`);
    const third = new Demo(data, ['--once', '--people', '7']);
    assert.equal(await third.end(), 0, third.stderr);
    assert.deepEqual([third.table.created, third.table.updated, third.table.disabled], [1, 0, 0]);
    assert.match(third.stderr, /has its company already/);
    assert.ok(!third.stdout.includes('Serving at'));
  });

  test('P10 Ctrl-C during the cycle ends with 130, and the next start goes on to the right end', async () => {
    const data = join(folder, 'interrupted');
    const port = String(await freePort());
    const first = new Demo(data, ['--once', '--people', '200', '--groups', '8', '--port', port]);
    await first.until('stderr', 'Users and groups');
    first.interrupt();
    assert.equal(await first.end(), 130, first.stderr + first.stdout);
    assert.match(first.stderr, /stopped; the next start goes on/);
    assert.ok(!first.stdout.includes('created'));

    const second = new Demo(data, ['--port', port]);
    await second.until('stdout', LAST_LINE);
    assert.match(second.stdout, /^The initial cycle .* is completed/m);
    const { created, groups, updated } = second.table;
    const { items } = (await second.askAdmin('/tenants/acme/sources')) as { items: unknown[] };
    assert.deepEqual([items.length, groups, updated], [1, 8, 0]);
    assert.equal((await second.ask('/Users?count=0')).totalResults, created);
    const disabled = (await readFile(join(data, 'sources', 'acme', 'users.csv'), 'utf8')).match(/,False,/g) ?? [];
    assert.equal(created, 200 - disabled.length);
    second.interrupt();
    assert.equal(await second.end(), 0, second.stderr);
  });

  test('a directory that cannot be read ends the demo with its reason and 1', async () => {
    const data = join(folder, 'data');
    const usersFile = join(data, 'sources', 'acme', 'users.csv');
    await appendFile(usersFile, 'a line that was cut');
    const cut = new Demo(data, ['--once']);
    assert.equal(await cut.end(), 1);
    assert.match(cut.stderr, /rollcall: the directory was not read, and nothing was done: users\.csv:\d+: /);
    assert.deepEqual([cut.table.disabled, cut.table.requests, cut.table.deleted], [0, 0, undefined]);

    await rm(usersFile);
    const gone = new Demo(data, ['--once']);
    assert.equal(await gone.end(), 1);
    assert.match(gone.stderr, /rollcall: the incremental cycle failed: .*users\.csv cannot be read/);
    assert.ok(!gone.stdout.includes('created'), gone.stdout);
  });

  test('a port that is taken is named, with the variable that chooses another', async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, 'localhost', listening));
    const { port } = blocker.address() as AddressInfo;
    const demo = new Demo(join(folder, 'taken'), ['--once', '--port', String(port)]);
    assert.equal(await demo.end(), 1);
    assert.match(demo.stderr, new RegExp(`port ${port} is taken .*PORT=${port + 1} npm start`));
    blocker.close();
  });

  test('an unusable number is refused before anything starts', async () => {
    const demo = new Demo(join(folder, 'none'), ['--people', '0']);
    assert.equal(await demo.end(), 1);
    assert.match(demo.stderr, /--people .* whole number from 1/);
  });
});
