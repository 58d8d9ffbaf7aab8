import { Pool } from 'undici';
import { checkedLookup } from './address-rules.ts';
import { ExchangeGivenUp, ExchangeHandler } from './exchange-handler.ts';
import type { TargetProfile, TargetRequest } from './target.ts';
import type { Exchange } from './target-response.ts';
import type { TenantUrl } from './tenant-url.ts';

export interface HttpTransportOptions {
  readonly tenant: TenantUrl;
  readonly secretToken: string;
  readonly profile: TargetProfile;
}

/** Sends requests to one tenant URL, each once. Redirects are not followed, bodies not decompressed. */
export class HttpTransport {
  readonly #options: HttpTransportOptions;
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: HttpTransportOptions) {
    const { tenant, secretToken, profile } = options;
    this.#options = options;
    this.#headers = {
      authorization: `Bearer ${secretToken}`,
      accept: 'application/scim+json, application/json',
      'accept-encoding': 'identity',
      'user-agent': 'rollcall',
    };
    this.#pool = new Pool(tenant.origin, {
      connections: profile.concurrency,
      pipelining: 1,
      allowH2: false,
      // The whole exchange has one time limit of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: profile.timeoutMs, lookup: checkedLookup },
    });
  }

  async exchange(request: TargetRequest, signal?: AbortSignal): Promise<Exchange> {
    if (signal?.aborted) return cancelledUnsent();
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    const handler = new ExchangeHandler(resolve);
    const { timeoutMs } = this.#options.profile;
    const tooLate = () => handler.giveUp(new ExchangeGivenUp(`no whole answer within ${timeoutMs} ms`, SLOW));
    const cancelled = () => handler.giveUp(new ExchangeGivenUp('the request was cancelled', 'Start it again'));
    const timer = setTimeout(tooLate, timeoutMs);
    signal?.addEventListener('abort', cancelled, { once: true });
    try {
      this.#dispatch(request, handler);
      return this.#withoutToken(await promise);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
    }
  }

  /** The address of a request as people may see it: without the tenant URL's own parameters. */
  shownUrl({ path }: TargetRequest): string {
    const { origin, basePath } = this.#options.tenant;
    return `${origin}${basePath}${path}`;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #dispatch(request: TargetRequest, handler: ExchangeHandler): void {
    const { basePath, query } = this.#options.tenant;
    const { method, path, body } = request;
    const join = path.includes('?') ? '&' : '?';
    const json = body === undefined ? undefined : JSON.stringify(body);
    this.#pool.dispatch(
      {
        method,
        path: `${basePath}${path}${query === '' ? '' : `${join}${query}`}`,
        headers: { ...this.#headers, ...(json !== undefined && { 'content-type': 'application/scim+json' }) },
        ...(json !== undefined && { body: json }),
      },
      handler,
    );
  }

  /** A target may send the token back, in a page that shows the request's headers. */
  #withoutToken(exchange: Exchange): Exchange {
    if (!('response' in exchange)) return exchange;
    const { response } = exchange;
    const { secretToken } = this.#options;
    const hide = (text: string) => text.replaceAll(secretToken, '[token]');
    const location = response.headers.location;
    const headers = location === undefined ? response.headers : { ...response.headers, location: hide(location) };
    return { response: { ...response, headers, body: hide(response.body) } };
  }
}

const SLOW = 'Find out why the endpoint is slow; an index on the attribute that is looked up often helps';

export function cancelledUnsent(): Exchange {
  return { failure: { sent: false, detail: 'the request was cancelled before it was sent' } };
}
