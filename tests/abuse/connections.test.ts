import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { exchange, openSocket } from '../support/raw-http.ts';
import { type RunningServer, startServer } from '../support/server.ts';

/** Attackers and bystanders come from other addresses, as they would: the limit is by address. */
const ATTACKER = '127.0.0.2';
const PER_ADDRESS = 100;
const SLOW_MS_MAX = 1_000;

describe('connections of a real server', () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());

  /** How long the server takes to say that it is well. */
  async function healthMs(): Promise<number> {
    const { statuses, ms } = await exchange(
      server.url,
      'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    assert.deepEqual(statuses, [200]);
    return ms;
  }

  async function quickDuring(sockets: readonly Socket[]): Promise<void> {
    for (let time = 0; time < 5; time += 1) assert.ok((await healthMs()) < SLOW_MS_MAX);
    for (const socket of sockets) socket.destroy();
  }

  test('S16 of three hundred connections from one address a hundred stay, and health answers at once', async () => {
    const sockets = Array.from({ length: 300 }, () => openSocket(server.url, { from: ATTACKER }));
    const closed: Socket[] = [];
    await new Promise<void>((resolve) => {
      for (const socket of sockets)
        socket.once('close', () => {
          closed.push(socket);
          if (closed.length === sockets.length - PER_ADDRESS) resolve();
        });
      for (const socket of sockets) socket.once('connect', () => socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n'));
    });
    assert.ok((await healthMs()) < SLOW_MS_MAX);
    assert.equal(sockets.filter((socket) => !socket.closed).length, PER_ADDRESS);
    await quickDuring(sockets);
  });

  test('S16 headers that come a byte at a time are cut off after ten seconds, and health answers meanwhile', async () => {
    const started = performance.now();
    const sockets = Array.from({ length: 90 }, () => openSocket(server.url, { from: ATTACKER }));
    const answers = sockets.map((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      return once(socket, 'close').then(() => Buffer.concat(chunks).toString());
    });
    for (const socket of sockets) socket.write('POST /scim/v2/x/Users HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('X');
    }, 500);
    assert.ok((await healthMs()) < SLOW_MS_MAX);
    const texts = await Promise.all(answers);
    clearInterval(drip);
    const elapsed = performance.now() - started;
    assert.ok(elapsed > 9_000 && elapsed < 20_000, `${elapsed} ms`);
    for (const text of texts) assert.match(text, /^(HTTP\/1\.1 408|$)/);
    assert.ok((await healthMs()) < SLOW_MS_MAX);
  });

  test('S16 a thousand connections from many addresses that say nothing keep nobody from being answered', async () => {
    const sockets = Array.from({ length: 1_000 }, (_, index) =>
      openSocket(server.url, { from: `127.0.${1 + Math.floor(index / 50)}.7` }),
    );
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
    await quickDuring(sockets);
  });

  test('S2 a body that is announced as a gigabyte is refused before it is sent', async () => {
    const head = ['POST /api/v1/tenants HTTP/1.1', 'Host: x', `Authorization: Bearer ${server.operatorKey}`];
    const bytes = [...head, 'Content-Type: application/json', 'Content-Length: 1073741824', '', '{'].join('\r\n');
    const { statuses, ms } = await exchange(server.url, bytes);
    assert.deepEqual(statuses, [413]);
    assert.ok(ms < 5_000, `${ms} ms`);
  });
});
