import assert from 'node:assert/strict';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { openTestPglite } from '@rollcall/storage/testing';
import { openTestApp, type TestApp } from '../testing/test-app.ts';

const CONNECTIONS_MAX = 8;
const TIMEOUTS = { headersMs: 150, requestMs: 300, checkIntervalMs: 25 };

describe('S16 connections', () => {
  let app: TestApp;
  let port: number;

  before(async () => {
    app = await openTestApp(await openTestPglite(), {
      environment: { ROLLCALL_CONNECTIONS_PER_ADDRESS: String(CONNECTIONS_MAX) },
      timeouts: TIMEOUTS,
    });
    await app.server.listen({ host: '127.0.0.1', port: 0 });
    port = (app.server.server.address() as AddressInfo).port;
  });
  after(() => app.close());

  /** Sends bytes, and reads until the server closes the connection. */
  async function exchange(bytes: string): Promise<string> {
    const socket = open();
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk));
    socket.write(bytes);
    await closeOf(socket);
    return answer;
  }

  function open(): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    // A connection that the server cuts off is what these tests are about.
    socket.on('error', () => socket.destroy());
    return socket;
  }

  const closeOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

  test('headers that never end are cut off with 408', async () => {
    assert.equal(statusOf(await exchange('GET /healthz HTTP/1.1\r\nHost: x\r\n')), 408);
  });

  test('a body that never ends is cut off with 408', async () => {
    const head =
      'POST /api/v1/tenants HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    // Without a key it is refused before its body is read; then the connection is closed all the same.
    const status = statusOf(await exchange(head));
    assert.ok(status === 408 || status === 401, String(status));
  });

  test('one address holds no more connections than it may, and others that it closes are free again', async () => {
    const sockets = Array.from({ length: CONNECTIONS_MAX + 5 }, open);
    const closed = sockets.map(async (socket, index) => {
      await closeOf(socket);
      return index;
    });
    for (const socket of sockets) socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const first = await Promise.race(closed);
    assert.ok(first >= CONNECTIONS_MAX, `connection ${first} was closed first`);
    await Promise.all(closed.slice(CONNECTIONS_MAX));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    const answer = await exchange('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.equal(statusOf(answer), 200);
  });

  const SMUGGLED: readonly [why: string, head: string][] = [
    ['both lengths', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde'],
    ['an unknown encoding', 'Transfer-Encoding: xchunked\r\n\r\nabc'],
    ['a folded header', 'X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n'],
    ['a blank before the colon', 'Content-Length : 4\r\n\r\nabcd'],
    ['a header with NUL', 'X-A: a\u0000b\r\n\r\n'],
    ['a chunk size that is none', 'Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n'],
    ['headers without end', `X-A: ${'a'.repeat(40_000)}\r\n\r\n`],
  ];

  for (const [why, rest] of SMUGGLED) {
    test(`S14 ${why}: refused, and nothing behind it is read as a request`, async () => {
      const behind = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
      const answer = await exchange(`POST /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n${rest}${behind}`);
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
      assert.ok(statuses.length > 0 && statuses.every((status) => status >= 400 && status < 500), answer.slice(0, 300));
    });
  }

  test('no Host is refused', async () => {
    assert.equal(statusOf(await exchange('GET /healthz HTTP/1.1\r\n\r\n')), 400);
  });
});
