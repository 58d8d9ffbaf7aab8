import { detailOf, isScimError, type ResponseBody, readBody } from './response-body.ts';
import { retryAfterMs } from './retry-after.ts';
import type { FindResult, Outcome, TargetObject, TargetRequest } from './target.ts';
import type { Exchange, TargetResponse, TransportFailure } from './target-response.ts';

/**
 * Decides what came of a request, by what the target answered and by nothing else.
 *
 * A write whose effect cannot be known is `unknown`, and is read before it is sent again: a reply that was
 * lost after sending, and every 5xx, since a gateway answers 502 and 504 for a target that did the work.
 * `unusable` on a POST may hide a created resource as well, so it is read like `unknown`.
 *
 * A 404 is believed only with a SCIM body: a wrong path, a gateway and a switched-off tenant answer 404 too,
 * and what is believed gone is created again.
 *
 * @see RFC 7644 3.12 (errors), 3.3 (create), 3.5 (modify), 3.6 (delete)
 */
export function judge(request: TargetRequest, exchange: Exchange): Outcome {
  if ('failure' in exchange) return judgeFailure(request, exchange.failure);
  const { response } = exchange;
  const { status } = response;
  if (status >= 200 && status < 300) return judgeSuccess(request, response);
  if (status >= 300 && status < 400) return judgeRedirect(response);
  const body = readBody(response);
  const pauseMs = pauseAskedFor(exchange);
  if (pauseMs !== undefined) return { kind: 'throttled', status, retryAfterMs: pauseMs, detail: detailOf(body) };
  if (status >= 500) return judgeServerError(request, status, body);
  return judgeRefusal(status, body);
}

/** How long the target asks to be left alone; `undefined` when it does not. @see RFC 6585 4, RFC 9110 15.6.4 */
export function pauseAskedFor(exchange: Exchange): number | undefined {
  if ('failure' in exchange) return undefined;
  const { status, headers, receivedAt } = exchange.response;
  const wait = headers['retry-after'];
  const asks = status === 429 || (status === 503 && wait !== undefined);
  return asks ? retryAfterMs(wait, receivedAt) : undefined;
}

/** Connecting failed: certainly not done. Anything later: a write may have been done, a read may be repeated. */
function judgeFailure(request: TargetRequest, { sent, detail }: TransportFailure): Outcome {
  return { kind: sent && isWrite(request) ? 'unknown' : 'failed', detail };
}

function judgeServerError(request: TargetRequest, status: number, body: ResponseBody): Outcome {
  const detail = `the target answered ${status}: ${detailOf(body)}`;
  // 501 says that the target cannot do this at all.
  if (status === 501) return { kind: 'refused', status, detail };
  return { kind: isWrite(request) ? 'unknown' : 'failed', status, detail };
}

function judgeRefusal(status: number, body: ResponseBody): Outcome {
  const detail = detailOf(body);
  switch (status) {
    case 404:
      if (body.kind === 'object' && isScimError(body.value)) return { kind: 'notFound', status, detail };
      return { kind: 'unusable', status, detail: `404 without a SCIM error in its body: ${detail}` };
    case 409:
      if (body.kind === 'unreadable') return { kind: 'unusable', status, detail: `409 with ${detail}` };
      return { kind: 'conflict', status, detail };
    case 408:
      // The target says that it did not receive the whole request.
      return { kind: 'failed', status, detail };
    default:
      return { kind: 'refused', status, detail };
  }
}

/** Redirects are not followed: the token would go to another address. */
function judgeRedirect({ status, headers }: TargetResponse): Outcome {
  const location = headers.location?.split(/[?#]/, 1)[0] ?? 'nowhere';
  return { kind: 'unusable', status, detail: `the target redirects to ${location}; redirects are not followed` };
}

function judgeSuccess(request: TargetRequest, response: TargetResponse): Outcome {
  const { status } = response;
  const body = readBody(response);
  if (body.kind === 'unreadable') return { kind: 'unusable', status, detail: `the target answered with ${body.why}` };
  const object = body.kind === 'object' ? asTargetObject(body.value) : undefined;
  if (object) return judgeObject(request, status, object);
  if (request.method === 'POST') {
    return { kind: 'unusable', status, detail: 'the target reports success and gives no id for what it created' };
  }
  if (request.method === 'GET') {
    return { kind: 'unusable', status, detail: `the target answered no resource with an id: ${detailOf(body)}` };
  }
  return { kind: 'done', status };
}

/** A reply about another resource than the one asked for is no answer. */
function judgeObject(request: TargetRequest, status: number, object: TargetObject): Outcome {
  const expected = request.method === 'POST' ? undefined : idInPath(request.path);
  if (expected === undefined || expected === object.id) return { kind: 'done', status, object };
  const detail = `asked for ${expected}, the target answered with ${object.id.slice(0, 100)}`;
  return { kind: 'unusable', status, detail };
}

function idInPath(path: string): string | undefined {
  const id = /^\/[^/?]+\/([^/?]+)/.exec(path)?.[1];
  return id === undefined ? undefined : decodeURIComponent(id);
}

/** One page of a look-up. */
export type ListResult =
  | {
      readonly kind: 'page';
      readonly status: number;
      readonly totalResults: number;
      readonly resources: readonly TargetObject[];
    }
  | Extract<FindResult, { kind: 'error' }>;

/**
 * Decides what came of a look-up. Anything but a ListResponse whose resources have ids is an error: taken
 * for "nothing found", it would lead to a duplicate.
 *
 * @see RFC 7644 3.4.2
 */
export function judgeList(request: TargetRequest, exchange: Exchange): ListResult {
  if ('response' in exchange && exchange.response.status === 200) return judgePage(exchange.response);
  const outcome = judge(request, exchange);
  if (outcome.kind !== 'done') return { kind: 'error', outcome };
  return unusableList(outcome.status, 'the target answered no list');
}

function judgePage(response: TargetResponse): ListResult {
  const body = readBody(response);
  if (body.kind !== 'object') return unusableList(200, `the target answered no list but ${detailOf(body)}`);
  const { totalResults, Resources = [] } = body.value;
  if (typeof totalResults !== 'number' || !Number.isSafeInteger(totalResults) || totalResults < 0) {
    return unusableList(200, `the target answered no ListResponse: totalResults is ${String(totalResults)}`);
  }
  if (!Array.isArray(Resources)) return unusableList(200, 'the target answered a ListResponse without Resources');
  const resources: TargetObject[] = [];
  for (const resource of Resources as readonly unknown[]) {
    const object = asTargetObject(resource);
    if (!object) return unusableList(200, 'the target answered a ListResponse with a resource that has no id');
    resources.push(object);
  }
  if (totalResults > 0 && resources.length === 0) {
    return unusableList(200, `the target counts ${totalResults} results and sends none`);
  }
  return { kind: 'page', status: 200, totalResults, resources };
}

function unusableList(status: number, detail: string): ListResult {
  return { kind: 'error', outcome: { kind: 'unusable', status, detail } };
}

function asTargetObject(value: unknown): TargetObject | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' && value.id !== '' ? (value as TargetObject) : undefined;
}

function isWrite({ method }: TargetRequest): boolean {
  return method !== 'GET';
}
