/** One hostile request, as bytes. `{smuggled}` stands for a whole second request that must never be run. */
export interface RawRequest {
  readonly why: string;
  readonly bytes: string;
  /** It is a request by the standard, or nearly: it may be answered, with one of these. */
  readonly answered?: readonly number[];
  /** The client ends its side right behind the bytes. */
  readonly cut?: boolean;
}

const head = (line: string, ...headers: string[]): string =>
  [line, 'Host: x', 'Authorization: Bearer {token}', ...headers, '', ''].join('\r\n');

const post = (...headers: string[]): string =>
  head('POST {base}/Users HTTP/1.1', 'Content-Type: application/scim+json', ...headers);

/** Where a request ends is told twice, or in a way that two servers may read differently. */
const LENGTHS: readonly RawRequest[] = [
  ['a length and chunks', post('Content-Length: 4', 'Transfer-Encoding: chunked')],
  ['chunks and a length', post('Transfer-Encoding: chunked', 'Content-Length: 4')],
  ['two lengths', post('Content-Length: 4', 'Content-Length: 9')],
  ['a list of lengths', post('Content-Length: 4, 9')],
  ['a list of equal lengths', post('Content-Length: 4, 4')],
  ['a length with a sign', post('Content-Length: +4')],
  ['a negative length', post('Content-Length: -4')],
  ['a hexadecimal length', post('Content-Length: 0x4')],
  ['a length with an exponent', post('Content-Length: 4e0')],
  ['a length with a blank', post('Content-Length: 4 4')],
  ['an empty length', post('Content-Length:')],
  ['a length beyond all numbers', post('Content-Length: 99999999999999999999999')],
  ['an unknown encoding', post('Transfer-Encoding: xchunked')],
  ['chunks that are not the last encoding', post('Transfer-Encoding: chunked, identity')],
  ['chunks twice', post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
  ['chunks in a list twice', post('Transfer-Encoding: chunked, chunked')],
  ['an encoding in quotation marks', post('Transfer-Encoding: "chunked"')],
  ['an encoding behind a vertical tab', post('Transfer-Encoding: \u000bchunked')],
  ['a blank before the colon', post('Transfer-Encoding : chunked')],
  ['a blank before the name', post(' Transfer-Encoding: chunked')],
  ['a folded header', post('X-A: b', ' Transfer-Encoding: chunked')],
  ['a folded header with a tab', post('X-A: b', '\tContent-Length: 4')],
  ['a header without a colon', post('Transfer-Encoding chunked')],
  ['a header without a name', post(': chunked')],
  ['a name with a bracket', post('Content(Length: 4')],
  ['a name with NUL', post('Content\u0000Length: 4')],
  ['a value with NUL', post('X-A: a\u0000b')],
  ['a value with a carriage return', post('X-A: a\rTransfer-Encoding: chunked')],
  ['a value with a line feed', post('X-A: a\nTransfer-Encoding : chunked')],
].map(([why = '', bytes = '']) => ({ why, bytes: `${bytes}abcd{smuggled}` }));

const chunked = post('Transfer-Encoding: chunked');

const CHUNKS: readonly RawRequest[] = [
  ['a chunk size that is no number', 'zz\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk size with a sign', '+4\r\nabcd\r\n0\r\n\r\n'],
  ['a negative chunk size', '-4\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk size with a prefix', '0x4\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk size with an underscore', '1_0\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk size beyond all numbers', 'fffffffffffffffff\r\nabcd\r\n0\r\n\r\n'],
  ['an empty chunk size', '\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk longer than its size', '2\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk without its line end', '4\r\nabcd0\r\n\r\n'],
  ['a chunk whose line ends in a line feed', '4\nabcd\n0\n\n'],
  ['an endless chunk extension', `4;${'a'.repeat(40_000)}\r\nabcd\r\n0\r\n\r\n`],
].map(([why = '', body = '']) => ({ why, bytes: `${chunked}${body}{smuggled}` }));

const get = (path: string, ...headers: string[]): string =>
  head(`GET ${path} HTTP/1.1`, 'Connection: close', ...headers);

/** Paths that lead where a filter in front of the server did not see it. */
const PATHS: readonly RawRequest[] = [
  ['a path that climbs', get('{base}/../{tenant}/Nowhere')],
  ['an escaped climb', get('{base}/%2e%2e/Nowhere')],
  ['a climb escaped twice', get('{base}/Users/%252e%252e%252fGroups')],
  ['an escaped slash', get('{base}%2fUsers')],
  ['a double slash', get('{base}//Users')],
  ['a double slash at the start', get('/{base}/Users')],
  ['a parameter of the path', get('{base};x=1/Users')],
  ['a parameter behind a resource', get('{base}/Users;x=1')],
  ['a backslash', get('{base}\\Users')],
  ['NUL, escaped', get('{base}/Users/%00')],
  ['an overlong encoding', get('{base}/Users/%c0%ae%c0%ae')],
  ['an escape that is none', get('{base}/Users/%zz')],
  ['an escape that is cut', get('{base}/Users/%4')],
  ['another case', get('/SCIM/V2/{tenant}/Users')],
  ['an escaped letter of a route', get('/%73cim/v2/{tenant}/%55sers/nobody')],
  ['a fragment', get('{base}/Nowhere#/Users')],
  ['a path of 40,000 characters', get(`{base}/Users/${'a'.repeat(40_000)}`)],
  ['an id of 3,000 characters', get(`{base}/Users/${'a'.repeat(3_000)}`)],
  ['another host in the request line', head('GET http://evil.example/nowhere HTTP/1.1', 'Connection: close')],
  ['no path', head('GET HTTP/1.1', 'Connection: close')],
  ['an asterisk', head('GET * HTTP/1.1', 'Connection: close')],
].map(([why = '', bytes = '']) => ({ why, bytes, answered: [400, 401, 404, 414, 431] }));

/** What is no request of HTTP/1.1, or none that this server has a use for. */
const LINES: readonly RawRequest[] = [
  ['a method in lower case', head('delete {victim} HTTP/1.1', 'Connection: close')],
  ['a method that nobody knows', head('OBLITERATE {victim} HTTP/1.1', 'Connection: close')],
  ['a version that nobody knows', head('DELETE {victim} HTTP/9.9', 'Connection: close')],
  ['HTTP/2 in clear', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a tab', head('DELETE\t{victim}\tHTTP/1.1', 'Connection: close')],
  ['a line end before the version', 'DELETE {victim}\r\n HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['no Host', 'DELETE {victim} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n'],
  ['the first bytes of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
  ['a greeting of SMTP', 'EHLO example.com\r\nMAIL FROM:<a@example.com>\r\n'],
  ['random bytes', Array.from({ length: 200 }, (_, at) => String.fromCharCode((at * 151 + 7) % 256)).join('')],
  ['headers of 40,000 characters', get('{base}/Users', `X-A: ${'a'.repeat(40_000)}`)],
  ['a CONNECT', head('CONNECT {victim} HTTP/1.1', 'Connection: close')],
].map(([why = '', bytes = '']) => ({ why, bytes }));

const OTHER_METHODS: readonly RawRequest[] = [
  { why: 'a TRACE', bytes: head('TRACE {victim} HTTP/1.1', 'Connection: close'), answered: [404, 405] },
  { why: 'an OPTIONS', bytes: head('OPTIONS {victim} HTTP/1.1', 'Connection: close'), answered: [404, 405] },
  { why: 'HTTP/0.9, cut off', bytes: 'DELETE {victim}\r\n', cut: true },
  { why: 'a request cut off in its headers', bytes: 'DELETE {victim} HTTP/1.1\r\nHost: x\r\n', cut: true },
  {
    why: 'a body cut off in its middle',
    bytes: `${post('Content-Length: 500')}{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x"}`,
    cut: true,
  },
  { why: 'two blanks', bytes: head('GET  {base}/Nowhere  HTTP/1.1', 'Connection: close'), answered: [400, 404] },
  { why: 'no version', bytes: head('GET {base}/Nowhere', 'Connection: close'), answered: [400, 404] },
  { why: 'an upgrade', bytes: get('{base}/Nowhere', 'Upgrade: websocket'), answered: [400, 404] },
];

/** All of them; a proof counts on at least sixty. */
export const RAW_REQUESTS: readonly RawRequest[] = [...LENGTHS, ...CHUNKS, ...PATHS, ...LINES, ...OTHER_METHODS];
