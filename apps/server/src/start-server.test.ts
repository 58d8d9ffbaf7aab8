import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readConfig } from './config.ts';
import type { RunningServer } from './running-server.ts';
import { startServer } from './start-server.ts';
import { OPERATOR_KEY } from './testing/test-app.ts';

describe('a started server', () => {
  let folder: string;
  const log: string[] = [];
  const running = new Set<RunningServer>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-server-'));
  });
  after(async () => {
    for (const server of running) await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<RunningServer> {
    const environment = {
      PORT: '0',
      ROLLCALL_HOST: '127.0.0.1',
      ROLLCALL_DATA: join(folder, 'data'),
      ROLLCALL_BOOTSTRAP_KEY: OPERATOR_KEY,
      ROLLCALL_SHUTDOWN_TIMEOUT_MS: '5000',
    };
    const server = await startServer(readConfig(environment), {
      logDestination: { write: (line) => void log.push(line) },
    });
    running.add(server);
    return server;
  }

  const authorization = `Bearer ${OPERATOR_KEY}`;

  async function post(server: RunningServer, path: string, body: object): Promise<Response> {
    return fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  test('finishes the requests in flight when it is closed, takes no others, and keeps its data and last uses', async () => {
    const first = await start();
    assert.match(first.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await post(first, '/tenants', { slug: 'acme', name: 'Acme' })).status, 201);
    const created = await post(first, '/tenants/acme/provisioning-tokens', { name: 'entra' });
    const { id, token, endpoint } = (await created.json()) as Record<'id' | 'token' | 'endpoint', string>;
    assert.equal(endpoint, `${first.url}/scim/v2/acme`);

    const slow = await sendHalf(first, token);
    const closed = first.close();
    assert.match(await slow.finish(), /^HTTP\/1\.1 201 /);
    await closed;
    await assert.rejects(fetch(`${first.url}/healthz`));

    const second = await start();
    const read = await fetch(`${second.url}/api/v1/tenants/acme/provisioning-tokens/${id}`, {
      headers: { authorization },
    });
    const { lastUsedAgent } = (await read.json()) as { lastUsedAgent?: string };
    assert.equal(lastUsedAgent, 'slow client');
    const users = await fetch(`${second.url}/scim/v2/acme/Users`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(((await users.json()) as { totalResults: number }).totalResults, 1);
    await second.close();
    assert.ok(!log.join('').includes(token.slice(-43)));
  });

  test('closing twice is closing once', async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
  });

  test('P3 a second server on the folder is refused, and the first goes on', async () => {
    const server = await start();
    await assert.rejects(start(), /process/);
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    await server.close();
  });

  test('a port that is taken leaves nothing open behind it', async () => {
    const server = await start();
    const environment = { PORT: String(server.port), ROLLCALL_HOST: '127.0.0.1', ROLLCALL_DATA: join(folder, 'other') };
    const config = readConfig({ ...environment, ROLLCALL_LOG_LEVEL: 'silent' });
    await assert.rejects(startServer(config), { code: 'EADDRINUSE' });
    await server.close();
    await (await startServer(config)).close();
  });
});

/** A request of which the server has the head and half of the body; `finish` sends the rest and reads the answer. */
async function sendHalf(server: RunningServer, token: string): Promise<{ finish(): Promise<string> }> {
  const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'slow' });
  const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
  socket.write(
    [
      'POST /scim/v2/acme/Users HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${token}`,
      'User-Agent: slow client',
      'Content-Type: application/scim+json',
      'Expect: 100-continue',
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n'),
  );
  // The server answers 100 once it has the head: from here on the request is in flight.
  const answer = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
    started.resolve();
  });
  socket.once('close', () => answer.resolve(text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')));
  socket.once('error', answer.reject);
  await started.promise;
  return {
    finish: async () => {
      socket.write(body);
      return answer.promise;
    },
  };
}
