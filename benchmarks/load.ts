import autocannon from 'autocannon';

/** One request that is fired again and again; `next` makes the next one where each must be different. */
export interface Shot {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly next?: () => { readonly path?: string; readonly body?: string };
  /** What a right answer has; anything else fails the benchmark. */
  readonly status: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Fires a shot over some connections for a while. */
export async function load(
  base: { readonly url: string; readonly token: string },
  shot: Shot,
  options: { readonly seconds: number; readonly connections: number },
): Promise<LoadResult> {
  const root = new URL(base.url).pathname.replace(/\/$/, '');
  const wrong = new Map<number, number>();
  const headers = { authorization: `Bearer ${base.token}`, 'content-type': 'application/scim+json' };
  const result = await autocannon({
    url: base.url,
    duration: options.seconds,
    connections: options.connections,
    requests: [
      {
        method: shot.method,
        path: root + shot.path,
        headers,
        setupRequest: (request) => {
          const { path, body } = shot.next?.() ?? {};
          return {
            ...request,
            ...(path !== undefined && { path: root + path }),
            ...(body !== undefined && { body }),
          };
        },
        onResponse: (status) => {
          if (status !== shot.status) wrong.set(status, (wrong.get(status) ?? 0) + 1);
        },
      },
    ],
  });
  if (wrong.size > 0)
    throw new Error(`${shot.method} ${shot.path}: answers ${JSON.stringify([...wrong])}, expected ${shot.status}`);
  return { perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
