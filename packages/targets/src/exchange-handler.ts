import type { Dispatcher } from 'undici';
import type { Exchange } from './target-response.ts';
import { explainTransportError } from './transport-error.ts';

/** The longest body that is read: a page of resources is far below, and memory stays bounded. */
export const BODY_BYTES_MAX = 10 * 1024 * 1024;

/** Why an exchange was given up from our side. */
export class ExchangeGivenUp extends Error {
  override readonly name = 'ExchangeGivenUp';
  readonly advice: string;

  constructor(detail: string, advice: string) {
    super(detail);
    this.advice = advice;
  }
}

/**
 * Follows one request: waiting for a connection, sent, answered.
 *
 * `onRequestStart` comes just before the first byte is written. What fails or is given up before it was
 * certainly not done; whatever comes after may have been done.
 */
export class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #settle: (exchange: Exchange) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: ExchangeGivenUp | undefined;
  #status = 0;
  #headers: Readonly<Record<string, string | undefined>> = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(settle: (exchange: Exchange) => void) {
    this.#settle = settle;
  }

  /** Drops the connection. Without one the exchange ends at once, and its request will never be written. */
  giveUp(reason: ExchangeGivenUp): void {
    this.#givenUp = reason;
    if (this.#controller) this.#controller.abort(reason);
    else this.#fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#givenUp) controller.abort(this.#givenUp);
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: NodeJS.Dict<string | string[]>): void {
    this.#status = status;
    this.#headers = firstValues(headers);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= BODY_BYTES_MAX) this.#chunks.push(chunk);
    else
      this.giveUp(
        new ExchangeGivenUp(`the answer is longer than ${BODY_BYTES_MAX} bytes`, 'Have the target send less'),
      );
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks).toString('utf8');
    this.#settle({ response: { status: this.#status, headers: this.#headers, body, receivedAt: new Date() } });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#givenUp ?? error);
  }

  #fail(error: Error): void {
    this.#chunks = [];
    const sent = this.#controller !== undefined;
    const { detail, advice } =
      error instanceof ExchangeGivenUp ? { detail: error.message, advice: error.advice } : explainTransportError(error);
    const step = this.#status > 0 ? ` while its answer ${this.#status} came in` : '';
    this.#settle({ failure: { sent, detail: `${detail}${step}`, advice } });
  }
}

function firstValues(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value[0] : value]),
  );
}
