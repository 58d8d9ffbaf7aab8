import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineReply, EngineRequest, EngineStart } from './engine-message.ts';

/** Whoever receives the answers: one client's connection. */
export interface EngineClient {
  receive(bytes: Uint8Array): void;
  /** The engine was lost; no answer will come. */
  abort(error: Error): void;
}

export interface EngineOptions extends Omit<EngineStart, 'code'> {
  /** Let the process end while no statement runs, as tests want. Default false. */
  readonly mayExitWhenIdle?: boolean;
  /** Told of each restart and its reason. */
  readonly onRestart?: (reason: string) => void;
}

const START_TIMEOUT_MS = 120_000;
const CLOSE_TIMEOUT_MS = 30_000;

/** A `.ts` file in the repository, a `.js` file when published. */
const WORKER_URL = new URL(`./engine-worker${extname(import.meta.url)}`, import.meta.url);

/** Node's types leave these to the types of browsers. */
const { WebAssembly: compiler } = globalThis as unknown as {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<object> };
};

let compiled: Promise<object> | undefined;

/** PostgreSQL's code, compiled once for all workers of the process, so that a second start is quick. */
function compileEngine(): Promise<object> {
  const file = new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  compiled ??= readFile(file).then((bytes) => compiler.compile(bytes));
  return compiled;
}

interface Pending {
  readonly id: number;
  readonly client: EngineClient;
  readonly done: () => void;
}

/**
 * PostgreSQL in a worker thread, seen from the main thread.
 *
 * States: starting → ready; ready → starting when a statement overran, or the engine broke or died; every
 * state → closed. A start that failed is tried again when the next client comes. WASM cannot be interrupted,
 * so that ending the thread is the only way to stop a statement; the folder then recovers as after a crash.
 */
export class Engine {
  readonly #options: EngineOptions;
  #worker: Worker | undefined;
  #ready: Promise<{ durable: boolean }>;
  #failed = false;
  #closed = false;
  #pending: Pending | undefined;
  #lastId = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#ready = this.#start();
  }

  /** Resolves when statements can be run, and tells whether commits are proven to reach the disk. */
  whenReady(): Promise<{ durable: boolean }> {
    if (this.#closed) return Promise.reject(new Error('the embedded database is closed'));
    if (this.#failed) this.#ready = this.#start();
    return this.#ready;
  }

  /** Runs a batch of messages; `done` is called after the last piece of the answer. */
  run(client: EngineClient, bytes: Uint8Array, done: () => void): void {
    this.#post(client, done, (id) => ({ kind: 'run', id, bytes }));
  }

  /** Makes the session as new for a client that comes. */
  reset(client: EngineClient, done: () => void): void {
    this.#post(client, done, (id) => ({ kind: 'reset', id }));
  }

  /** The client goes; the statement that it waits for can be stopped only together with the engine. */
  leave(client: EngineClient): void {
    if (this.#pending?.client === client) this.#restart('a statement ran longer than it may');
  }

  /** Shuts the database down cleanly. Nobody may be using it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#ready.catch(() => undefined);
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    const ended = once(worker, 'exit');
    worker.postMessage({ kind: 'close' } satisfies EngineRequest);
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  #post(client: EngineClient, done: () => void, request: (id: number) => EngineRequest): void {
    if (this.#worker === undefined || this.#pending !== undefined) {
      client.abort(new Error('the embedded database is not ready for a statement'));
      return;
    }
    const id = ++this.#lastId;
    this.#pending = { id, client, done };
    if (this.#options.mayExitWhenIdle) this.#worker.ref();
    this.#worker.postMessage(request(id));
  }

  #start(): Promise<{ durable: boolean }> {
    this.#failed = false;
    const started = this.#startWorker();
    started.catch(() => (this.#failed = true));
    return started;
  }

  async #startWorker(): Promise<{ durable: boolean }> {
    const { dataDir, durable, mayCreate } = this.#options;
    const start: EngineStart = { dataDir, durable, mayCreate, code: await compileEngine() };
    // Flags of the process, such as `--input-type`, are not meant for this file.
    const worker = new Worker(WORKER_URL, { workerData: start, execArgv: [] });
    const result = await waitUntilReady(worker);
    this.#worker = worker;
    worker.on('message', (message: EngineReply) => this.#receive(worker, message));
    worker.on('error', (error) => this.#lose(worker, `its thread failed: ${error.message}`));
    worker.on('exit', () => this.#lose(worker, 'its thread ended'));
    if (this.#options.mayExitWhenIdle) worker.unref();
    return result;
  }

  #receive(worker: Worker, message: EngineReply): void {
    if (message.kind === 'broken') this.#lose(worker, message.reason);
    if (message.kind !== 'output' || message.id !== this.#pending?.id) return;
    const { client, done } = this.#pending;
    if (message.last) this.#settle(worker);
    if (message.bytes.length > 0) client.receive(message.bytes);
    if (message.last) done();
  }

  #settle(worker: Worker): void {
    this.#pending = undefined;
    if (this.#options.mayExitWhenIdle) worker.unref();
  }

  #lose(worker: Worker, reason: string): void {
    if (this.#closed || this.#worker !== worker) return;
    this.#restart(reason);
  }

  #restart(reason: string): void {
    const worker = this.#worker;
    const pending = this.#pending;
    if (this.#closed || worker === undefined) return;
    this.#worker = undefined;
    this.#pending = undefined;
    this.#ready = worker.terminate().then(() => this.#start());
    this.#ready.catch(() => (this.#failed = true));
    this.#options.onRestart?.(reason);
    pending?.client.abort(new Error(`the embedded database is started again: ${reason}`));
  }
}

async function waitUntilReady(worker: Worker): Promise<{ durable: boolean }> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  try {
    const [message] = (await Promise.race([
      once(worker, 'message', { signal: timeout }),
      once(worker, 'exit', { signal: timeout }).then(() => [{ kind: 'failed', reason: 'its thread ended' }]),
    ])) as [EngineReply];
    if (message.kind === 'ready') return { durable: message.durable };
    throw new Error(message.kind === 'failed' ? message.reason : `unexpected ${message.kind}`);
  } catch (error) {
    await worker.terminate();
    throw new Error(`the embedded database did not start: ${(error as Error).message}`, { cause: error });
  }
}
