import {
  InvalidSyntaxError,
  type ListQuery,
  parseProjection,
  parseQueryParameters,
  type ResourceType,
} from '@rollcall/scim';
import type { FastifyRequest } from 'fastify';
import type { View } from '../resources/represent.ts';
import type { Policy } from '../tenants/policy.ts';

/**
 * The list parameters of a request's URL. The query is decoded once, here, and strictly: what is not
 * UTF-8 behind its percent signs is refused, never guessed.
 */
export function queryOf(request: FastifyRequest): ListQuery {
  const mark = request.url.indexOf('?');
  return mark < 0 ? {} : parseQueryParameters(decodePairs(request.url.slice(mark + 1)));
}

function* decodePairs(query: string): Generator<readonly [name: string, value: string]> {
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    yield [decode(name), decode(value)];
  }
}

/** A plus sign is a space, as forms and Entra write it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new InvalidSyntaxError(`The query holds "${text.slice(0, 60)}", whose percent signs do not stand for UTF-8.`);
  }
}

/** What of a type a request wants to see. A name that the type lacks is refused under a strict policy. */
export function viewOf(type: ResourceType, query: ListQuery, policy: Policy): View {
  return { type, projection: parseProjection(type, query, { unknown: policy.unknownAttributes }) };
}
