import { gzipSync } from 'node:zlib';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { FuzzCase, FuzzRequest, Owed } from './fuzz-case.ts';
import { type Prey, USER } from './ground.ts';
import { anyId, type Making, pickPrey, scimRequest } from './scim-case.ts';
import { anyText, word } from './texts.ts';

const TAGS = [
  '*',
  'W/"1"',
  '"1"',
  'W/"1", W/"2"',
  'W/1',
  '""',
  'W/""',
  'W/"99999999999999999999"',
  'W/"-1"',
  'w/"1"',
  '"',
];

/** Headers: credentials, conditions, encodings, lengths, and those that proxies and frameworks obey. */
export function headerCase(making: Making): FuzzCase {
  const { random } = making;
  const prey = pickPrey(making);
  const id = anyId(random, prey.userIds);
  const [method, path, body] = random.pick([
    ['GET', `/Users/${id}`, undefined],
    ['GET', '/Users?count=2', undefined],
    ['PUT', `/Users/${id}`, `{"schemas":["${USER}"],"userName":"h-${word(random)}"}`],
    ['PATCH', `/Users/${id}`, '{"schemas":[],"Operations":[]}'],
    ['POST', '/Users', `{"schemas":["${USER}"],"userName":"h-${word(random)}"}`],
    ['DELETE', `/Users/${id}`, undefined],
  ] as const);
  const request = scimRequest(making, { prey, method, path, body });
  const { owes, ...change } = headerChange(random, request, prey);
  return { kind: 'request', family: 'header', request: { ...request, ...change }, owes, mayClose: true };
}

interface HeaderChange {
  readonly headers: FuzzRequest['headers'];
  readonly body?: Buffer | undefined;
  readonly owes?: Owed;
}

function headerChange(random: SeededRandom, request: FuzzRequest, prey: Prey): HeaderChange {
  const { headers } = request;
  const plus = (name: string, value: string): HeaderChange => ({ headers: [...headers, [name, value]] });
  const replaced = (name: string, value: string): HeaderChange => ({
    headers: [...headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase()), [name, value]],
  });
  return random.weighted<() => HeaderChange>([
    [3, () => plus('If-Match', random.chance(0.7) ? random.pick(TAGS) : printable(anyText(random)))],
    [2, () => plus('If-None-Match', random.chance(0.7) ? random.pick(TAGS) : printable(anyText(random)))],
    [1, () => plus('If-Match', Array.from({ length: 500 }, (_, index) => `W/"${index}"`).join(', '))],
    [
      2,
      () =>
        plus(random.pick(FORWARDING), random.pick(['DELETE', '203.0.113.1', 'evil.test', '/api/v1/tenants', 'https'])),
    ],
    [1, () => plus('X-Request-Id', printable(anyText(random)))],
    [
      1,
      () =>
        plus(random.pick(['Accept', 'Accept-Encoding', 'Accept-Charset', 'Range', 'TE']), printable(anyText(random))),
    ],
    [1, () => plus('Connection', random.pick(['close', 'upgrade', 'keep-alive, close', 'Authorization']))],
    [1, () => plus('Upgrade', random.pick(['h2c', 'websocket']))],
    [1, () => plus('Expect', random.pick(['100-continue', 'nonsense']))],
    [1, () => plus('Cookie', 'a=b; '.repeat(500))],
    [0.3, () => plus('X-Long', 'x'.repeat(random.pick([8_000, 31_000, 33_000, 100_000])))],
    [0.3, () => ({ headers: [...headers, ...Array.from({ length: 3_000 }, (_, i) => [`X-${i}`, 'y'] as const)] })],
    [1, () => plus(`X-${printable(word(random))}`, Buffer.from(printable(anyText(random))).toString('latin1'))],
    [0.4, () => ({ ...replaced('Authorization', badAuthorization(random, prey.token)), owes: 'refusal' })],
    [1, () => replaced('Host', random.pick(['evil.test', '[::1]:1', 'localhost:99999', '', 'a b', '/', '127.0.0.1']))],
    [2, () => replaced('Content-Type', random.pick(CONTENT_TYPES))],
    [1, () => compressed(random, request)],
    [1, () => chunked(random, request)],
  ])();
}

const FORWARDING = [
  'X-HTTP-Method-Override',
  'X-HTTP-Method',
  'X-Method-Override',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Original-URL',
  'X-Rewrite-URL',
  'Forwarded',
];

const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/scim+json;charset=UTF-16',
  'application/scim+json; charset="utf-8"',
  'text/plain',
  'text/html',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/xml',
  '*/*',
  '',
  ';',
  'application/json, text/plain',
  `application/json; ${'a=b; '.repeat(200)}`,
];

const badAuthorization = (random: SeededRandom, token: string): string =>
  random.pick([
    '',
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    token,
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token} ${token}`,
    `Bearer "${token}"`,
    `Bearer rc_${'0'.repeat(12)}_${'A'.repeat(43)}`,
    'Bearer null',
    `Bearer ${'x'.repeat(4_000)}`,
  ]);

/** Nothing is decompressed: a bomb stays small, and is refused. */
function compressed(random: SeededRandom, { headers, body }: FuzzRequest): HeaderChange {
  const encoding = random.pick(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'nonsense']);
  const content = body === undefined ? undefined : random.chance(0.3) ? BOMB : gzipSync(body);
  return {
    headers: [...headers, ['Content-Encoding', encoding]],
    body: content,
    ...(content && { owes: 'refusal' as const }),
  };
}

const BOMB = gzipSync(Buffer.alloc(10_000_000));

function chunked(random: SeededRandom, { headers, body = Buffer.from('{}') }: FuzzRequest): HeaderChange {
  const size = random.pick([1, 7, 1_000]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size));
  const framed = pieces.map((piece) => Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, CRLF]));
  return {
    headers: [...headers, ['Transfer-Encoding', 'chunked']],
    body: Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]),
  };
}

const CRLF = Buffer.from('\r\n');

/** What may stand in a header's value. */
const printable = (text: string): string => text.replaceAll(/[^\x21-\x7e\u00a1-\u00ff]/g, '');
