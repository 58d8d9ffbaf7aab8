import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyReader } from './reply-reader.ts';

const whole = (text: string, bodiless = false) => {
  const reader = new ReplyReader({ bodiless });
  const bytes = Buffer.from(text);
  for (const byte of bytes.subarray(0, -1)) assert.equal(reader.push(Buffer.from([byte])), false);
  assert.equal(reader.push(bytes.subarray(-1)), true);
  return reader.reply(false);
};

test('a reply with a length is whole at its last byte', () => {
  const reply = whole('HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nX: y\r\n\r\n{}');
  assert.deepEqual([reply?.status, reply?.body, reply?.headers.get('x'), reply?.closes], [400, '{}', 'y', false]);
});

test('a reply in chunks is put together', () => {
  const reply = whole('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n');
  assert.equal(reply?.body, 'abc0123456789');
});

test('a reply without a body is whole with its head', () => {
  assert.equal(whole('HTTP/1.1 204 No Content\r\n\r\n')?.status, 204);
  assert.equal(whole('HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n', true)?.closes, true);
});

test('100 Continue is no answer', () => {
  assert.equal(whole('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')?.status, 201);
});

test('replies behind each other are told apart, and a cut one is none', () => {
  const one = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 1\r\n\r\nx';
  const replies = ReplyReader.readAll(Buffer.from(`${one}${one}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx`));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [400, 400],
  );
});
