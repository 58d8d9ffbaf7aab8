import type { SeededRandom } from '../support/seeded-random.ts';
import { bytesOf, type FuzzCase } from './fuzz-case.ts';
import { USER } from './ground.ts';
import { anyId, type Making, pickPrey, scimRequest } from './scim-case.ts';
import { anyText, word } from './texts.ts';

/** What raw requests are put together from. */
interface Parts {
  readonly random: SeededRandom;
  /** `Host` and `Authorization`, each with its line end. */
  readonly head: string;
  /** Path of the users of the prey. */
  readonly users: string;
  /** A request that must never be run: it stands where a confused server would find a second one. */
  readonly smuggled: string;
  readonly body: string;
}

type Template = (parts: Parts) => string;

const post = ({ users, head }: Parts, headers: string, body: string): string =>
  `POST ${users} HTTP/1.1\r\n${head}Content-Type: application/scim+json\r\n${headers}\r\n${body}`;

const chunk = (body: string): string => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** Two readings of where the request ends, or a head that only some programs read: refused, whatever it says. */
const REFUSED: readonly Template[] = [
  (p) => post(p, `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, chunk(p.body) + p.smuggled),
  (p) => post(p, `Transfer-Encoding: chunked\r\nContent-Length: ${p.body.length}\r\n`, p.body + p.smuggled),
  (p) => post(p, `Content-Length: ${p.body.length}\r\nContent-Length: 0\r\n`, p.body + p.smuggled),
  (p) => post(p, `Content-Length: ${p.body.length}\r\nContent-Length: ${p.body.length}\r\n`, p.body),
  (p) => post(p, `Content-Length: ${p.body.length}, ${p.body.length}\r\n`, p.body),
  (p) =>
    post(
      p,
      `Content-Length: ${p.random.pick(['-1', '+5', '0x10', '1e2', 'x', '99999999999999999999', '1 2'])}\r\n`,
      p.body,
    ),
  (p) =>
    post(
      p,
      `Transfer-Encoding: ${p.random.pick(['xchunked', 'chunked, identity', 'chunked, gzip', 'x, chunked x'])}\r\n`,
      chunk(p.body),
    ),
  (p) => post(p, `Transfer-Encoding : chunked\r\n`, chunk(p.body) + p.smuggled),
  (p) =>
    post(
      p,
      `Transfer-Encoding: chunked\r\n`,
      `${p.random.pick(['g', '-1', 'ffffffffffffffffff', '0x5', ''])}\r\n${p.body}\r\n0\r\n\r\n`,
    ),
  (p) => post(p, `Transfer-Encoding: chunked\r\n`, `2\r\n${p.body}\r\n0\r\n\r\n`),
  (p) => post(p, `X-Folded: a\r\n b\r\nContent-Length: 2\r\n`, '{}'),
  (p) => post(p, `X-Bare: a\nContent-Length: 2\r\n`, '{}'),
  (p) => post(p, `X-Return: a\rb\r\nContent-Length: 2\r\n`, '{}'),
  (p) => post(p, `X-Nul: a\0b\r\nContent-Length: 2\r\n`, '{}'),
  (p) => post(p, `X Space: a\r\nContent-Length: 2\r\n`, '{}'),
  (p) => post(p, `: no name\r\nContent-Length: 2\r\n`, '{}'),
  (p) => post(p, `no colon\r\nContent-Length: 2\r\n`, '{}'),
  (p) => `GET ${p.users} HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n`,
  (p) => `GET ${p.users} HTTP/${p.random.pick(['1.2', '3.0', '1.1.1', '9', 'x'])}\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}\r\n\r\n`,
  (p) => `get ${p.users} HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `${p.random.pick(['G ET', 'GÉT', 'GET\0', '', 'NONSENSE'])} ${p.users} HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}/${'x'.repeat(p.random.pick([33_000, 200_000]))} HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}/a b HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `GET ${p.users} HTTP/1.1\r\n${'X: y\r\n'.repeat(20_000)}${p.head}\r\n`,
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'r'.repeat(200)}`,
  () => 'SSH-2.0-client\r\n',
  () => '*1\r\n$4\r\nPING\r\n',
  ({ random }) => String.fromCharCode(...Array.from({ length: random.between(1, 300) }, () => random.below(256))),
  ({ random }) => `${anyText(random)}\r\n\r\n`,
];

/** Bytes that may be one request or several, as the standard reads them. */
const ALLOWED: readonly Template[] = [
  (p) => `GET  ${p.users}?count=0  HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}?count=0 HTTP/${p.random.pick(['0.9', '2.0'])}\r\n${p.head}\r\n`,
  (p) => `\r\n\r\nGET ${p.users}?count=1 HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}?count=1 HTTP/1.0\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}?count=1 HTTP/1.1\r\n${p.head}\r\n`.repeat(p.random.between(2, 20)),
  (p) => `GET ${p.users}?count=0 HTTP/1.1\r\n${p.head}\r\n${anyText(p.random)}`,
  (p) =>
    post(
      p,
      'Transfer-Encoding: chunked\r\n',
      `2;ext=${'x'.repeat(p.random.pick([1, 100, 20_000]))}\r\n{}\r\n0\r\n\r\n`,
    ),
  (p) =>
    post(
      p,
      'Transfer-Encoding: chunked\r\nTrailer: X-A\r\n',
      '2\r\n{}\r\n0\r\nX-A: b\r\nAuthorization: Bearer x\r\n\r\n',
    ),
  (p) => `GET ${p.users}?count=0 HTTP/1.1\r\nhost: a\r\nHost: b\r\n${p.head}\r\n`,
  (p) => `CONNECT elsewhere.test:443 HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `OPTIONS * HTTP/1.1\r\n${p.head}\r\n`,
  (p) => `GET ${p.users}?count=0 HTTP/1.1\r\n${p.head}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
];

/** Connections of their own: smuggling, framing, garbage, requests that stop half way. */
export function rawCase(making: Making): FuzzCase {
  const { random } = making;
  const parts = partsOf(making);
  return random.weighted<() => FuzzCase>([
    [6, () => bytesCase(random, 'raw, refused', { text: random.pick(REFUSED)(parts), refused: true })],
    [2, () => bytesCase(random, 'raw, allowed', { text: random.pick(ALLOWED)(parts), refused: false })],
    [1, () => cutCase(making)],
    [1, () => ({ kind: 'leave', family: 'raw, left', bytes: cut(making) })],
  ])();
}

function partsOf(making: Making): Parts {
  const { random } = making;
  const prey = pickPrey(making);
  const { target, headers } = scimRequest(making, { prey, method: 'GET', path: '/Users' });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const body = `{"schemas":["${USER}"],"userName":"raw-${word(random)}"}`;
  const smuggled = `DELETE ${target}/${anyId(random, prey.userIds)} HTTP/1.1\r\n${head}\r\n`;
  return { random, head, users: target, smuggled, body };
}

function bytesCase(
  random: SeededRandom,
  family: string,
  { text, refused }: { readonly text: string; readonly refused: boolean },
): FuzzCase {
  return { kind: 'bytes', family, chunks: split(random, Buffer.from(text, 'latin1')), refused };
}

/** Whole, or in two pieces that arrive apart. */
function split(random: SeededRandom, bytes: Buffer): readonly Buffer[] {
  if (random.chance(0.7) || bytes.length < 2) return [bytes];
  const at = random.between(1, bytes.length - 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** A proper request that stops before its end: the client closes, and so must the server. */
const cutCase = (making: Making): FuzzCase => ({
  kind: 'bytes',
  family: 'raw, cut',
  chunks: [cut(making)],
  refused: true,
});

function cut(making: Making): Buffer {
  const prey = pickPrey(making);
  const body = `{"schemas":["${USER}"],"userName":"cut-${word(making.random)}"}`;
  const bytes = bytesOf(scimRequest(making, { prey, method: 'POST', path: '/Users', body }));
  return bytes.subarray(0, making.random.between(1, bytes.length - 1));
}
