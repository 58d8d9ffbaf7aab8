/** A request as its bytes say it, still in parts. Nothing is checked: every part may be nonsense. */
export interface FuzzRequest {
  readonly method: string;
  /** The request target as sent. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | undefined;
}

/** What a case is sent as, and what the server owes beside answering. */
export type FuzzCase =
  | {
      readonly kind: 'request';
      readonly family: string;
      readonly request: FuzzRequest;
      readonly owes?: Owed | undefined;
      /** The server may end the connection before it has read all: the answer can be lost on the way. */
      readonly mayClose?: boolean;
    }
  /** Bytes that are no proper request; the client then says that it has ended. */
  | {
      readonly kind: 'bytes';
      readonly family: string;
      readonly chunks: readonly Buffer[];
      /** No request in the bytes may succeed. */
      readonly refused: boolean;
    }
  /** Bytes after which the client is gone. */
  | { readonly kind: 'leave'; readonly family: string; readonly bytes: Buffer };

/** What is known of the right answer. */
export type Owed =
  /** A valid request. */
  | 'success'
  /** Whatever it is, it must not succeed. */
  | 'refusal'
  | 'invalidFilter'
  /** Other people's data: the same answer as for what does not exist. */
  | 'stranger';

/** The bytes of a request. A body gets its length unless the headers say how it is sent. */
export function bytesOf({ method, target, headers, body }: FuzzRequest): Buffer {
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const length = body !== undefined && !framed ? [['Content-Length', String(body.length)] as const] : [];
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1');
  return body === undefined ? head : Buffer.concat([head, body]);
}
