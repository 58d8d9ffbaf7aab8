import { REPLIES, type Reply } from '@rollcall/server';
import { request } from 'undici';

export interface ApiClientOptions {
  /** Where the server is: `http://localhost:8400`. */
  readonly url: string;
  /** An operator's or a tenant's key. */
  readonly key: string;
  /** Gives up what is asked when it aborts. */
  readonly signal?: AbortSignal;
}

/** A refusal of the admin API. `type` is stable, the message is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;

  constructor({ status, type, detail }: Reply<'problem'>, asked: string) {
    super(`${asked}: ${detail}`);
    this.status = status;
    this.type = type;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The admin API over HTTP, as any program uses it. Each answer is checked by the schema that the server answers by. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} 404 and the like */
  get<Name extends keyof typeof REPLIES>(path: string, reply: Name): Promise<Reply<Name>> {
    return this.#ask({ method: 'GET', path, reply });
  }

  /** @throws {ApiError} the API refuses it */
  post<Name extends keyof typeof REPLIES>(path: string, body: unknown, reply: Name): Promise<Reply<Name>> {
    return this.#ask({ method: 'POST', path, body, reply });
  }

  /** @throws {ApiError} the API refuses it */
  patch<Name extends keyof typeof REPLIES>(path: string, body: unknown, reply: Name): Promise<Reply<Name>> {
    return this.#ask({ method: 'PATCH', path, body, reply });
  }

  async #ask<Name extends keyof typeof REPLIES>(asked: {
    readonly method: Method;
    readonly path: string;
    readonly body?: unknown;
    readonly reply: Name;
  }): Promise<Reply<Name>> {
    const { method, path, body, reply } = asked;
    const { url, key, signal } = this.#options;
    const answer = await request(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
    const content: unknown = await answer.body.json();
    if (answer.statusCode >= 400) throw new ApiError(REPLIES.problem.parse(content), `${method} ${path}`);
    // The schema under this name is the one that the reply's type is made of, which the compiler cannot follow.
    return REPLIES[reply].parse(content) as Reply<Name>;
  }
}
