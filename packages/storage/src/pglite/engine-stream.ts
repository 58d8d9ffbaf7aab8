import { Duplex } from 'node:stream';
import type { Engine, EngineClient } from './engine.ts';
import { isTerminate, MessageBatch } from './message-batch.ts';

/**
 * What the PostgreSQL driver takes for a socket: its bytes go to the engine's thread instead of a network.
 *
 * States: created; connected, after the engine gave it a new session; destroyed. Destroyed while a statement
 * runs, it takes the engine down with it, for nothing else stops that statement.
 */
export class EngineStream extends Duplex implements EngineClient {
  readonly #engine: Engine;
  readonly #batch = new MessageBatch();

  constructor(engine: Engine) {
    super({ decodeStrings: true });
    this.#engine = engine;
  }

  /** Called by the driver as on a socket; host and port mean nothing here. */
  connect(): this {
    this.#engine.whenReady().then(
      () => {
        if (!this.destroyed) this.#engine.reset(this, () => this.emit('connect'));
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  receive(bytes: Uint8Array): void {
    this.push(bytes);
  }

  abort(error: Error): void {
    this.destroy(error);
  }

  override _read(): void {
    // Answers are pushed as they come; the driver reads without pause.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#forward(chunk);
    callback();
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#forward(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    callback();
  }

  #forward(chunk: Buffer): void {
    const batch = this.#batch.push(chunk);
    if (batch === undefined || isTerminate(batch)) return;
    this.#engine.run(this, batch, () => undefined);
  }

  override _final(callback: (error?: Error | null) => void): void {
    callback();
    this.destroy();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#engine.leave(this);
    callback(error);
  }
}
