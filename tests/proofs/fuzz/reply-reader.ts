export interface Reply {
  readonly status: number;
  /** Names in lower case; of a repeated one the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Nothing more comes on this connection. */
  readonly closes: boolean;
}

export interface ReplyReaderOptions {
  /** The answer to a HEAD: its length speaks of a body that does not come. */
  readonly bodiless: boolean;
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly end: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Collects bytes until they are one whole reply of HTTP/1.1; replies of 1xx before it are passed over. */
export class ReplyReader {
  readonly #bodiless: boolean;
  #bytes: Buffer = Buffer.alloc(0);

  constructor({ bodiless }: ReplyReaderOptions) {
    this.#bodiless = bodiless;
  }

  /** @returns whether the reply is whole */
  push(chunk: Buffer): boolean {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    return this.reply(false) !== undefined;
  }

  /** The reply, if it is whole. @param closed no more bytes come, which ends a body without a length */
  reply(closed: boolean): Reply | undefined {
    return readReply(this.#bytes, { bodiless: this.#bodiless, closed })?.reply;
  }

  /** Every whole reply in some bytes after which the connection ended. */
  static readAll(bytes: Buffer): readonly Reply[] {
    const replies: Reply[] = [];
    for (let rest = bytes; rest.length > 0; ) {
      const found = readReply(rest, { bodiless: false, closed: true });
      if (found === undefined) break;
      replies.push(found.reply);
      rest = rest.subarray(found.end);
    }
    return replies;
  }
}

interface Found {
  readonly reply: Reply;
  readonly end: number;
}

function readReply(
  bytes: Buffer,
  options: { readonly bodiless: boolean; readonly closed: boolean },
): Found | undefined {
  const head = readHead(bytes, 0);
  if (head === undefined) return undefined;
  const { status, headers } = head;
  const body = readBody(bytes, head, options);
  if (body === undefined) return undefined;
  const closes = headers.get('connection') === 'close' || body.untilClose;
  return { reply: { status, headers, body: body.text, closes }, end: body.end };
}

function readHead(bytes: Buffer, start: number): Head | undefined {
  const end = bytes.indexOf(HEAD_END, start);
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', start, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? Number.NaN);
  if (status >= 100 && status < 200) return readHead(bytes, end + HEAD_END.length);
  const headers = new Map(lines.map((line) => splitHeader(line)));
  return { status, headers, end: end + HEAD_END.length };
}

function splitHeader(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

interface Body {
  readonly text: string;
  readonly end: number;
  readonly untilClose: boolean;
}

function readBody(
  bytes: Buffer,
  { status, headers, end }: Head,
  { bodiless, closed }: { readonly bodiless: boolean; readonly closed: boolean },
): Body | undefined {
  if (bodiless || status === 204 || status === 304) return { text: '', end, untilClose: false };
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(bytes, end);
  const length = headers.get('content-length');
  if (length === undefined) {
    return closed ? { text: bytes.toString('utf8', end), end: bytes.length, untilClose: true } : undefined;
  }
  const bodyEnd = end + Number(length);
  return bytes.length < bodyEnd
    ? undefined
    : { text: bytes.toString('utf8', end, bodyEnd), end: bodyEnd, untilClose: false };
}

function readChunks(bytes: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const chunkEnd = lineEnd + 2 + size;
    if (bytes.length < chunkEnd + 2) return undefined;
    if (size === 0) return { text: Buffer.concat(chunks).toString('utf8'), end: chunkEnd + 2, untilClose: false };
    chunks.push(bytes.subarray(lineEnd + 2, chunkEnd));
    at = chunkEnd + 2;
  }
}
