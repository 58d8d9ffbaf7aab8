/**
 * A real server process, as an operator would start it: `rollcall serve` on a free port.
 *
 * States: starting (no URL yet), ready (`/readyz` answers 200), ended. `start` resolves at ready, or rejects
 * with what the process wrote when it ended before.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(dirname(import.meta.dirname));
const main = join(root, 'apps', 'cli', 'src', 'main.ts');
const START_MS_MAX = 90_000;
const STOP_MS_MAX = 30_000;
const ASK_AGAIN_MS = 50;
const LOG_CHARACTERS_MAX = 200_000;

export interface ServerOptions {
  /** PostgreSQL; absent means PGlite in the data folder. */
  readonly databaseUrl?: string;
  /** A folder that outlives the server; absent means one that goes with it. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly pid: number;
  /** An operator API key. */
  readonly operatorKey: string;
  /** What the process has written so far, both streams, the newest part. */
  log(): string;
  /** SIGTERM, then waits for the end. @returns the exit code */
  stop(): Promise<number | null>;
  /** SIGKILL, then waits for the end. */
  kill(): Promise<void>;
}

/** Starts a server and waits until it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const ownFolder = options.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'rollcall-server-')) : undefined;
  const dataDir = options.dataDir ?? join(ownFolder ?? '', 'data');
  const operatorKey = randomBytes(32).toString('base64url');
  const server = new ServerProcess(launch(dataDir, operatorKey, options), operatorKey, ownFolder);
  try {
    await server.becomeReady();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

function launch(dataDir: string, operatorKey: string, { databaseUrl, env }: ServerOptions): ChildProcess {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return spawn(process.execPath, [main, 'serve', '--port', '0', '--data', dataDir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      ROLLCALL_BOOTSTRAP_KEY: operatorKey,
      // Demanded with DATABASE_URL; embedded, the data folder has a key of its own.
      ...(databaseUrl && { DATABASE_URL: databaseUrl, ROLLCALL_MASTER_KEY: randomBytes(32).toString('base64') }),
      ...env,
    },
  });
}

class ServerProcess implements RunningServer {
  url = '';
  readonly operatorKey: string;
  readonly #child: ChildProcess;
  readonly #ownFolder: string | undefined;
  readonly #ended: Promise<unknown>;
  #log = '';

  constructor(child: ChildProcess, operatorKey: string, ownFolder: string | undefined) {
    this.operatorKey = operatorKey;
    this.#child = child;
    this.#ownFolder = ownFolder;
    this.#ended = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log = `${this.#log}${text}`.slice(-LOG_CHARACTERS_MAX);
      });
    }
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the server process could not be started');
    return pid;
  }

  log(): string {
    return this.#log;
  }

  async becomeReady(): Promise<void> {
    const deadline = performance.now() + START_MS_MAX;
    for (;;) {
      const found = /Rollcall serves at (http:\/\/[^\s/]+)/.exec(this.#log);
      if (found?.[1] !== undefined) this.url = found[1];
      if (this.url !== '' && (await this.#isReady())) return;
      if (this.#hasEnded()) throw new Error(`the server ended with ${this.#child.exitCode}:\n${this.#log}`);
      if (performance.now() > deadline) throw new Error(`the server is not ready after 90 s:\n${this.#log}`);
      await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
    }
  }

  async stop(): Promise<number | null> {
    if (!this.#hasEnded()) this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await this.#ended;
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    if (!this.#hasEnded()) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (this.#ownFolder !== undefined) await rm(this.#ownFolder, { recursive: true, force: true });
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #isReady(): Promise<boolean> {
    try {
      const reply = await fetch(`${this.url}/readyz`);
      await reply.body?.cancel();
      return reply.status === 200;
    } catch (error) {
      // Nothing listens yet, or not any more: the caller's loop tells which.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}
