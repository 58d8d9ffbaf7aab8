import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Reply, ReplyReader } from './reply-reader.ts';

/** How an exchange ended. */
export type Exchange =
  | { readonly kind: 'answered'; readonly reply: Reply; readonly ms: number }
  /** The server ended the connection without a whole answer. */
  | { readonly kind: 'closed'; readonly ms: number }
  /** Neither an answer nor an end in time. */
  | { readonly kind: 'silent'; readonly ms: number };

/** Every request is answered or refused within this. */
export const ANSWER_MS_MAX = 5_000;

/**
 * A keep-alive connection that sends bytes exactly as they are given: clients of the platform refuse to send
 * most of what has to be tried.
 *
 * States: closed, or open with no exchange under way. An exchange that does not end in an answer closes it.
 */
export class HttpConnection {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends one request and waits for its answer. A connection that went stale meanwhile is opened again. */
  async exchange(bytes: Buffer, options: { readonly bodiless: boolean }): Promise<Exchange> {
    const wasOpen = this.#socket !== undefined;
    const first = await this.#exchangeOnce(bytes, options);
    if (first.kind !== 'closed' || !wasOpen) return first;
    return this.#exchangeOnce(bytes, options);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #exchangeOnce(bytes: Buffer, { bodiless }: { readonly bodiless: boolean }): Promise<Exchange> {
    this.#socket ??= await open(this.#port);
    const socket = this.#socket;
    const startedAt = performance.now();
    const reader = new ReplyReader({ bodiless });
    const ended = await readOne(socket, bytes, reader);
    const ms = performance.now() - startedAt;
    const reply = ended === 'silent' ? undefined : reader.reply(ended === 'closed');
    if (reply === undefined || reply.closes || ended !== 'answered') this.close();
    if (reply !== undefined) return { kind: 'answered', reply, ms };
    return { kind: ended === 'silent' ? 'silent' : 'closed', ms };
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function readOne(socket: Socket, bytes: Buffer, reader: ReplyReader): Promise<'answered' | 'closed' | 'silent'> {
  return new Promise((resolve) => {
    const finish = (ended: 'answered' | 'closed' | 'silent'): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose).off('error', onClose);
      // An error after the last answer belongs to no exchange: the next one meets a closed connection.
      socket.on('error', () => socket.destroy());
      resolve(ended);
    };
    const onData = (chunk: Buffer): void => {
      if (reader.push(chunk)) finish('answered');
    };
    const onClose = (): void => finish('closed');
    const timer = setTimeout(() => finish('silent'), ANSWER_MS_MAX);
    socket.removeAllListeners('error');
    socket.on('data', onData).once('close', onClose).once('error', onClose);
    if (socket.destroyed) finish('closed');
    else socket.write(bytes);
  });
}

export interface Monologue {
  readonly replies: readonly Reply[];
  /** Whether the server ended the connection in time. */
  readonly ended: boolean;
  readonly ms: number;
}

/** When nothing has come for so long, the client says that it has ended: servers of the platform then stop answering. */
const QUIET_MS = 100;

/**
 * Sends bytes on a connection of their own, and ends it (FIN) once the server has said all it wants to; collects
 * what the server answers until it ends the connection too.
 */
export async function sayAndListen(port: number, chunks: readonly Buffer[]): Promise<Monologue> {
  const socket = await open(port);
  const startedAt = performance.now();
  const received: Buffer[] = [];
  const quiet = setTimeout(() => socket.end(), QUIET_MS);
  socket.on('data', (chunk) => {
    received.push(chunk);
    quiet.refresh();
  });
  socket.on('error', () => socket.destroy());
  for (const chunk of chunks) socket.write(chunk);
  const ended = await closesInTime(socket);
  clearTimeout(quiet);
  socket.destroy();
  return { replies: ReplyReader.readAll(Buffer.concat(received)), ended, ms: performance.now() - startedAt };
}

function closesInTime(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MS_MAX);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** Sends bytes and goes away without waiting: the server must not mind. */
export async function sayAndLeave(port: number, bytes: Buffer): Promise<void> {
  const socket = await open(port);
  socket.on('error', () => socket.destroy());
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  socket.resetAndDestroy();
}
