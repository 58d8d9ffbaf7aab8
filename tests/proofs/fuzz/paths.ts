import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { type Prey, USER } from './ground.ts';
import { anyId, type Making, pickPrey, scimCase, scimRequest } from './scim-case.ts';
import { anyText, encodeUrl, mutate } from './texts.ts';

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'POST',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'QUERY',
  'SEARCH',
];
const DOTS = ['..', '%2e%2e', '%2E.', '..;', '.%00.', '%c0%ae%c0%ae', '....', '%252e%252e'];
const SLASHES = ['/', '//', '%2f', '%2F', '\\', '%5c', '/./', '/;/', '%00/'];

/** Paths: encoded, doubled, climbing, endless, and those of other people. */
export function pathCase(making: Making): FuzzCase {
  const { random, ground } = making;
  const prey = pickPrey(making);
  const method = random.chance(0.6) ? 'GET' : random.pick(METHODS);
  const body = /^(PUT|PATCH|POST)$/.test(method) ? '{}' : undefined;
  if (random.chance(0.15)) return strangerCase(making, prey, method);
  const target = anyTarget(random, ground.stranger.slug, prey);
  const proper = scimRequest(making, { prey, method, path: '', body });
  return { kind: 'request', family: 'path', request: { ...proper, target } };
}

function anyTarget(random: SeededRandom, strangerSlug: string, prey: Prey): string {
  const id = anyId(random, prey.userIds);
  const base = `/scim/v2/${prey.slug}`;
  const slash = random.pick(SLASHES);
  return random.weighted<() => string>([
    [3, () => targetBytes(random, mutate(random, `${base}/Users/${id}`))],
    [2, () => `${base}${slash}Users${random.pick(SLASHES)}${id}`],
    [2, () => `${base}/Users${slash}${random.pick(DOTS)}${slash}Groups`],
    [1, () => `${base}/${random.pick(DOTS)}/${strangerSlug}/Users`],
    [1, () => `${base}/Users/${encodeUrl(anyText(random))}`],
    [1, () => `${base}/Users/${'x'.repeat(random.pick([100, 2_047, 2_048, 2_049, 8_000, 20_000]))}`],
    [1, () => `${base}/Users/${id.toUpperCase()}`],
    [
      1,
      () => `${base}/${random.pick(['users', 'USERS', 'Users/', 'Me', 'Bulk', '.search', 'Schemas/x', '$metadata'])}`,
    ],
    [1, () => `/scim/v2/${encodeUrl(anyText(random))}/Users`],
    [
      1,
      () => `/${random.pick(['scim', 'scim/v1', '%73cim/v2', 'SCIM/v2', 'scim/v2', 'api/v1', ''])}/${prey.slug}/Users`,
    ],
    [1, () => `http://elsewhere.test${base}/Users/${id}`],
    [
      1,
      () =>
        random.pick(['*', '?', '//', '/%', '/%zz', '/%e0%80', '/#x', '/;x', '/healthz/', '/metrics/..', '/readyz%00']),
    ],
    [
      1,
      () => `${base}/Users/${id}?${random.pick(['%', '=', '&&&', 'a[b]=c', '%00=1', '__proto__=1', 'attributes[]=x'])}`,
    ],
  ])();
}

/** A request line cannot hold blanks and line ends: they would be other requests, which are their own family. */
const targetBytes = (random: SeededRandom, text: string): string => {
  const kept = text.replaceAll(/[\s\p{Cc}]/gu, '');
  return random.chance(0.3) ? Buffer.from(kept).toString('latin1') : kept.replaceAll(/[^\x21-\x7e]/g, '%ff') || '/';
};

/** Another tenant's path with our token, or its ids below ours: nobody learns that they exist. */
function strangerCase(making: Making, prey: Prey, method: string): FuzzCase {
  const { random, ground } = making;
  const id = random.pick(ground.stranger.userIds);
  const body = /^(PUT|PATCH|POST)$/.test(method) ? `{"schemas":["${USER}"],"userName":"taken over"}` : undefined;
  const below = scimCase(making, 'stranger', { prey, method, path: `/Users/${id}`, body, owes: 'stranger' });
  const inside = scimRequest(making, { prey, method, path: '', body });
  const target = `/scim/v2/${ground.stranger.slug}/Users${random.chance(0.5) ? `/${id}` : ''}`;
  return random.chance(0.5)
    ? below
    : { kind: 'request', family: 'stranger', request: { ...inside, target }, owes: 'stranger' };
}
