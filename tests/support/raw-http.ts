import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawOptions {
  /** The address that the connection comes from; any of 127.0.0.0/8. */
  readonly from?: string;
  /** Ends our side right behind the bytes: a request that is cut off. */
  readonly cut?: boolean;
}

export interface RawAnswer {
  /** Everything that came before the server closed the connection. */
  readonly text: string;
  /** Of every response in it. */
  readonly statuses: readonly number[];
  readonly ms: number;
}

const CLOSED_MS_MAX = 40_000;

/** Opens a connection whose errors are its end: that a server cuts it off is what tests look for. */
export function openSocket(url: string, { from = '127.0.0.1' }: RawOptions = {}): Socket {
  const { hostname, port } = new URL(url);
  const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const socket = connect({ host, port: Number(port), localAddress: from });
  socket.on('error', () => socket.destroy());
  return socket;
}

/**
 * Sends bytes as they are, and reads until the server closes the connection.
 *
 * @throws {Error} the server leaves it open: a hang
 */
export async function exchange(url: string, bytes: string | Buffer, options: RawOptions = {}): Promise<RawAnswer> {
  const started = performance.now();
  const socket = openSocket(url, options);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (options.cut) socket.end(bytes);
  else socket.write(bytes);
  try {
    await once(socket, 'close', { signal: AbortSignal.timeout(CLOSED_MS_MAX) });
  } catch (cause) {
    throw new Error(`the server left the connection open after ${JSON.stringify(String(bytes).slice(0, 100))}`, {
      cause,
    });
  } finally {
    socket.destroy();
  }
  const text = Buffer.concat(chunks).toString('latin1');
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  return { text, statuses, ms: performance.now() - started };
}
