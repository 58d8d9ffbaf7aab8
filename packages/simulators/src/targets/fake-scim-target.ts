import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeDirectory, FakeRefusal, type FakeType } from './fake-directory.ts';
import type { Fault, FaultPlan, SeenRequest } from './fault.ts';

export interface FakeScimTargetOptions {
  /** Default `fake-token`. */
  readonly token?: string;
}

/**
 * A small SCIM endpoint of someone else over real HTTP: it keeps users and groups, notes every request, and
 * goes wrong as it is told.
 *
 * It shares no code with the endpoint of this project on purpose: one that did would share its mistakes.
 */
export class FakeScimTarget {
  readonly directory = new FakeDirectory();
  /** Every request in order of arrival, those that went wrong too. */
  readonly requests: SeenRequest[] = [];
  readonly token: string;
  /** Asked on every request; to be set while the target runs. */
  faults: FaultPlan = () => undefined;
  readonly #server: Server;

  private constructor({ token = 'fake-token' }: FakeScimTargetOptions) {
    this.token = token;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** Listens on a free port of the loopback address. */
  static async start(options: FakeScimTargetOptions = {}): Promise<FakeScimTarget> {
    const target = new FakeScimTarget(options);
    await new Promise<void>((resolve) => target.#server.listen(0, '127.0.0.1', resolve));
    return target;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/scim`;
  }

  /** Requests that change something. */
  writes(): readonly SeenRequest[] {
    return this.requests.filter(({ method }) => method !== 'GET');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await this.#note(request);
    const fault = this.faults(seen);
    if (request.headers.authorization !== `Bearer ${this.token}`) return answer(response, 401, errorBody(401, 'who?'));
    if (fault?.kind === 'resetBefore') return void request.socket.destroy();
    if (fault?.kind === 'html') return answerHtml(response);
    if (fault?.kind === 'status') return answerFault(response, fault);
    const reply = this.#reply(seen, fault);
    if (fault?.kind === 'resetAfter') return void request.socket.destroy();
    answer(response, reply.status, reply.body);
  }

  async #note(request: IncomingMessage): Promise<SeenRequest> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const seen = {
      number: this.requests.length + 1,
      method: request.method ?? '',
      path: (request.url ?? '').replace(/^\/scim/, ''),
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    this.requests.push(seen);
    return seen;
  }

  #reply(request: SeenRequest, fault: Fault | undefined): Reply {
    try {
      return this.#route(request, fault);
    } catch (error) {
      if (!(error instanceof FakeRefusal)) throw error;
      return { status: error.status, body: errorBody(error.status, error.message) };
    }
  }

  #route({ method, path, body }: SeenRequest, fault: Fault | undefined): Reply {
    const url = new URL(path, this.url);
    const [type, id] = url.pathname.split('/').slice(1).map(decodeURIComponent) as [FakeType, string | undefined];
    if (type !== 'Users' && type !== 'Groups') return { status: 404, body: errorBody(404, `nothing at ${path}`) };
    if (id === undefined) return this.#routeCollection(method, type, url, body, fault);
    switch (method) {
      case 'GET':
        return { status: 200, body: this.directory.get(type, id) };
      case 'PATCH':
        this.directory.patch(type, id, body, fault?.kind === 'loseMembers');
        return { status: 204 };
      case 'DELETE':
        this.directory.delete(type, id);
        return { status: 204 };
      default:
        return { status: 405, body: errorBody(405, method) };
    }
  }

  #routeCollection(method: string, type: FakeType, url: URL, body: unknown, fault: Fault | undefined): Reply {
    if (method === 'POST') {
      const created = this.directory.create(type, body as Record<string, unknown>);
      return { status: 201, body: fault?.kind === 'answerId' ? { ...created, id: fault.id } : created };
    }
    return { status: 200, body: listBody(this.directory.find(type, url.searchParams.get('filter'))) };
  }
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

function listBody(resources: readonly unknown[]) {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

function errorBody(status: number, detail: string) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
}

function answerFault(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
  answer(response, fault.status, errorBody(fault.status, fault.detail ?? 'told to'));
}

function answerHtml(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Please sign in</body></html>');
}
