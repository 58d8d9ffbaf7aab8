import type { Write } from './client.ts';

/** Where writes go, and with which credentials. */
export interface Endpoint {
  /** Base URL of the tenant's SCIM endpoint. */
  readonly scim: string;
  /** Base URL of the tenant in the admin API. */
  readonly admin: string;
  readonly token: string;
  readonly operatorKey: string;
}

export interface Reply {
  readonly status: number;
  readonly requestId: string;
  /** Undefined when the reply was cut behind its head, or has no JSON. */
  readonly json: unknown;
}

/** A live server answers within this; one that does not, hangs, and the proof ends with an error. */
const ANSWER_MS_MAX = 20_000;

/** Sends a write. Undefined means that no answer came: the server is gone, and the outcome unknown. */
export async function send(endpoint: Endpoint, write: Write): Promise<Reply | undefined> {
  const [base, key] = write.api === 'scim' ? [endpoint.scim, endpoint.token] : [endpoint.admin, endpoint.operatorKey];
  const hasBody = write.body !== undefined;
  return request(`${base}${write.path}`, {
    method: write.method,
    headers: { Authorization: `Bearer ${key}`, ...(hasBody && { 'Content-Type': 'application/json' }) },
    ...(hasBody && { body: JSON.stringify(write.body) }),
  });
}

/** Reads; here a server that does not answer is an error. */
export async function read(url: string, key: string): Promise<Reply> {
  const reply = await request(url, { headers: { Authorization: `Bearer ${key}` } });
  if (reply === undefined) throw new Error(`GET ${url}: the server was gone`);
  return reply;
}

async function request(url: string, init: RequestInit): Promise<Reply | undefined> {
  const reply = await unlessGone(() => fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) }));
  if (reply === undefined) return undefined;
  const text = await unlessGone(() => reply.text());
  const json: unknown = text === undefined || text === '' ? undefined : JSON.parse(text);
  return { status: reply.status, requestId: reply.headers.get('x-request-id') ?? '', json };
}

/** A connection that ends is a TypeError of fetch; a time-out is none. */
async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
