import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase, FuzzRequest, Owed } from './fuzz-case.ts';
import type { Ground, Prey } from './ground.ts';

/** What a generator of cases works with. */
export interface Making {
  readonly random: SeededRandom;
  readonly ground: Ground;
}

export type Generator = (making: Making) => FuzzCase;

export interface ScimParts {
  readonly prey: Prey;
  readonly method: string;
  /** Below the tenant's endpoint, as sent. */
  readonly path: string;
  readonly body?: string | Buffer | undefined;
  /** Beside those of every proper request. */
  readonly headers?: FuzzRequest['headers'];
}

export const pickPrey = ({ random, ground }: Making): Prey => random.pick(ground.prey);

/** A request with everything in order but what the case is about. */
export function scimRequest({ ground }: Making, parts: ScimParts): FuzzRequest {
  const { prey, method, path, body, headers = [] } = parts;
  const type = body === undefined ? [] : ([['Content-Type', 'application/scim+json']] as const);
  return {
    method,
    target: `/scim/v2/${prey.slug}${path}`,
    headers: [['Host', `localhost:${ground.port}`], ['Authorization', `Bearer ${prey.token}`], ...type, ...headers],
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

export function scimCase(
  making: Making,
  family: string,
  parts: ScimParts & { readonly owes?: Owed | undefined; readonly mayClose?: boolean },
): FuzzCase {
  const { owes, mayClose = false } = parts;
  return { kind: 'request', family, request: scimRequest(making, parts), owes, mayClose };
}

export const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** Mostly an id that exists. */
export function anyId(random: SeededRandom, ids: readonly string[]): string {
  return ids.length === 0 || random.chance(0.1) ? UNKNOWN_ID : random.pick(ids);
}
