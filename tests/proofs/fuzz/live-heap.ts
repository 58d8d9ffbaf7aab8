import { once } from 'node:events';
import { memberOf } from '../support/json-members.ts';

/** For `NODE_OPTIONS` of a server whose heap is asked for: a debugger's port of its own, on the loopback address. */
export const INSPECTABLE = '--inspect=127.0.0.1:0';

/**
 * What the program of another process still holds: its heap after a full collection, asked by the protocol of
 * debuggers. Resident memory swings by a hundred megabytes with the collector's mood; this shows a leak of a few.
 */
export class LiveHeap implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  /** @param log what the process has written: Node names the address there */
  static async connect(log: string): Promise<LiveHeap> {
    const [, address] = /Debugger listening on (ws:\S+)/.exec(log) ?? [];
    if (address === undefined) throw new Error(`the server was not started with ${INSPECTABLE}`);
    const socket = new WebSocket(address);
    await once(socket, 'open');
    return new LiveHeap(socket);
  }

  async megabytes(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage');
    const usage = await this.#ask('Runtime.getHeapUsage');
    const bytes = Number(memberOf(usage, 'usedSize')) + Number(memberOf(usage, 'backingStorageSize') ?? 0);
    return bytes / 1_048_576;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #ask(method: string): Promise<unknown> {
    this.#lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#lastId, answer.resolve);
    this.#socket.send(JSON.stringify({ id: this.#lastId, method }));
    return answer.promise;
  }

  #receive(message: unknown): void {
    const id = Number(memberOf(message, 'id'));
    this.#waiting.get(id)?.(memberOf(message, 'result'));
    this.#waiting.delete(id);
  }
}
