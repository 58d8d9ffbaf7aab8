/**
 * The worker thread that PostgreSQL runs in. It knows the wire protocol's bytes and nothing of SQL clients:
 * batches of messages come in, and the answers go out, one batch after the other.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { DurableFileSystem } from './durable-file-system.ts';
import type { EngineReply, EngineRequest, EngineStart } from './engine-message.ts';
import { INITDB_PARAMETERS } from './new-database.ts';
import { startParameters } from './start-parameters.ts';

/** Answers are handed over in pieces of about this size, so that a large one is not held twice. */
const PIECE_BYTES = 256 * 1024;
/** The engine's way to return from an SQL error; every other exception leaves its memory in an unknown state. */
const LONGJMP_STATUS = 100;

const port = requirePort();
const reply = (message: EngineReply, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

let broken = false;

async function main(start: EngineStart): Promise<void> {
  try {
    const pg = await open(start);
    watchForBreakage(pg);
    reply({ kind: 'ready', durable: start.durable && (await provesDurable(pg)) });
    port.on('message', (request: EngineRequest) => answer(pg, request));
  } catch (error) {
    reply({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

async function open({ dataDir, durable, mayCreate, code }: EngineStart): Promise<PGlite> {
  if (!mayCreate && !existsSync(join(dataDir, 'PG_VERSION'))) throw new Error(`${dataDir} holds no database`);
  const fs = durable ? new DurableFileSystem(dataDir) : new NodeFS(dataDir);
  return PGlite.create({
    fs,
    pgliteWasmModule: code,
    startParams: startParameters({ durable }),
    initDbStartParams: [...INITDB_PARAMETERS],
  });
}

/** Proves that a commit reaches fsync, by making one: a WAL record without a table, and its commit. */
async function provesDurable(pg: PGlite): Promise<boolean> {
  const fs = pg.fs;
  if (!(fs instanceof DurableFileSystem)) return false;
  const before = fs.fsyncCount;
  await pg.query(`select pg_logical_emit_message(true, 'rollcall', 'commit must reach the disk')`);
  return fs.fsyncCount > before;
}

interface MainLoop {
  _PostgresMainLoopOnce: () => void;
}

/**
 * The engine swallows every exception and goes on, after a stack overflow too: the statement is then answered
 * with nothing stored, and the next one never ends. So the exception is reported from inside.
 */
function watchForBreakage(pg: PGlite): void {
  const module = pg.Module as unknown as MainLoop;
  const runOnce = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if (!isLongjmp(error)) reportBroken(error);
      throw error;
    }
  };
}

const isLongjmp = (error: unknown): boolean => (error as { status?: unknown } | null)?.status === LONGJMP_STATUS;

function reportBroken(error: unknown): void {
  if (broken) return;
  broken = true;
  reply({ kind: 'broken', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
}

function answer(pg: PGlite, request: EngineRequest): void {
  if (broken) return;
  switch (request.kind) {
    case 'run':
      run(pg, request.id, request.bytes);
      break;
    case 'reset':
      reset(pg, request.id);
      break;
    case 'close':
      close(pg).catch(reportBroken);
      break;
  }
}

function run(pg: PGlite, id: number, bytes: Uint8Array): void {
  const output = new Output(id);
  runRaw(pg, bytes, (piece) => output.write(piece));
  output.end();
}

/** Runs at once, although PGlite returns a promise: the answer is complete when the call comes back. */
function runRaw(pg: PGlite, bytes: Uint8Array, onRawData: (piece: Uint8Array) => void): void {
  pg.execProtocolRawStream(bytes, { syncToFs: false, onRawData }).catch(reportBroken);
}

function reset(pg: PGlite, id: number): void {
  if (pg.isInTransaction()) runRaw(pg, queryMessage('rollback'), ignore);
  runRaw(pg, queryMessage('discard all'), ignore);
  new Output(id).end();
}

const ignore = (): void => undefined;

/** A message of the simple query protocol. */
function queryMessage(text: string): Uint8Array {
  const body = Buffer.from(`${text}\0`);
  const header = Buffer.alloc(5, 'Q');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

async function close(pg: PGlite): Promise<void> {
  await pg.close();
  reply({ kind: 'closed' });
  port.close();
}

/** Gathers an answer and hands it to the main thread, whose memory the pieces become. */
class Output {
  readonly #id: number;
  #pieces: Uint8Array[] = [];
  #size = 0;

  constructor(id: number) {
    this.#id = id;
  }

  /** The engine reuses its memory at once, so the piece is copied. */
  write(piece: Uint8Array): void {
    if (broken) return;
    this.#pieces.push(piece.slice());
    this.#size += piece.length;
    if (this.#size >= PIECE_BYTES) this.#send(false);
  }

  end(): void {
    if (!broken) this.#send(true);
  }

  #send(last: boolean): void {
    const bytes = new Uint8Array(this.#size);
    let offset = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    this.#pieces = [];
    this.#size = 0;
    reply({ kind: 'output', id: this.#id, bytes, last }, [bytes.buffer]);
  }
}

function requirePort(): MessagePort {
  if (parentPort === null) throw new TypeError('engine-worker runs in a worker thread only');
  return parentPort;
}

await main(workerData as EngineStart);
