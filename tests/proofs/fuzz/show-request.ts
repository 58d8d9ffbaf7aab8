import { bytesOf, type FuzzCase, type FuzzRequest } from './fuzz-case.ts';

const BEARER = /(Bearer )\S+/g;

/** Commands that send a case again. Tokens of the run are gone with it: `$TOKEN` stands for one of your own. */
export function showCase(fuzzCase: FuzzCase, port: number): string {
  switch (fuzzCase.kind) {
    case 'request':
      return showRequest(fuzzCase.request, port);
    case 'bytes':
      return showBytes(Buffer.concat(fuzzCase.chunks), port);
    case 'leave':
      return showBytes(fuzzCase.bytes, port);
  }
}

function showRequest(request: FuzzRequest, port: number): string {
  const { method, target, headers, body } = request;
  const isPlain = [target, ...headers.flat(), body?.toString() ?? ''].every((text) => /^[\x20-\x7e]*$/.test(text));
  if (!isPlain || !target.startsWith('/') || (body?.length ?? 0) > 4_000) return showBytes(bytesOf(request), port);
  const shown = headers.map(([name, value]) => `-H ${quote(`${name}: ${value.replace(BEARER, '$1$TOKEN')}`)}`);
  const data = body === undefined ? [] : [`--data-binary ${quote(body.toString())}`];
  const line = [
    'curl -sS -i --path-as-is',
    `-X ${method}`,
    ...shown,
    ...data,
    quote(`http://localhost:${port}${target}`),
  ];
  return line.join(' ');
}

const quote = (text: string): string =>
  text.includes('$TOKEN') ? `"${text}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`;

const BYTES_SHOWN_MAX = 6_000;

function showBytes(bytes: Buffer, port: number): string {
  const text = bytes.toString('latin1').replace(BEARER, '$1$TOKEN');
  const shown = text.slice(0, BYTES_SHOWN_MAX);
  const escaped = shown.replaceAll(
    /[^\x20-\x7e]|[\\'%]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  const cut = text.length > shown.length ? `  # and ${text.length - shown.length} bytes more` : '';
  return `printf '%b' '${escaped}' | nc -N localhost ${port}${cut}`;
}
