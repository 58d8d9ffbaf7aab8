import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { createTestDatabase, POSTGRES } from '../support/database.ts';
import { havePart } from '../support/part.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { createTestTenant, type TestTenant } from '../support/tenant.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: string;
}

/** Asks over the connections of one agent. */
function ask(
  agent: Agent,
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: JSON.stringify(response.headers) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Ends every token of the tenant, as the guide's Reset does. */
async function reset(server: RunningServer, { slug }: TestTenant): Promise<void> {
  const reply = await fetch(`${server.url}/api/v1/tenants/${slug}/provisioning-tokens/reset`, {
    method: 'POST',
    headers: bearer(server.operatorKey),
  });
  assert.equal(reply.status, 201, await reply.text());
}

/** The forms in which a secret could turn up. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
  ];
}

test('S19 L2 no token, key or password stands in a reply, in the log or in the metrics, however it was sent', async () => {
  await using server = await startServer({ env: { ROLLCALL_LOG_LEVEL: 'debug' } });
  const tenant = await createTestTenant(server, 'entra');
  const password = `canary-${randomBytes(12).toString('hex')}`;
  const guess = `rc_${randomBytes(9).toString('base64url')}_${randomBytes(32).toString('base64url')}`;
  const agent = new Agent({ keepAlive: true });
  const scim = { ...bearer(tenant.token), 'content-type': 'application/scim+json' };
  const replies = [
    await ask(agent, `${tenant.endpoint}/Users`, {
      method: 'POST',
      headers: scim,
      body: JSON.stringify({ schemas: [USER], userName: 'ann', password }),
    }),
    await ask(agent, `${tenant.endpoint}/Users`, { method: 'POST', headers: scim, body: `{"password":"${password}` }),
    await ask(agent, `${tenant.endpoint}/Users?filter=${encodeURIComponent(`password eq "${password}"`)}`, {
      headers: scim,
    }),
    await ask(agent, `${tenant.endpoint}/Users?access_token=${tenant.token}`),
    await ask(agent, `${tenant.endpoint}/Users?token=${tenant.token}`, {
      headers: { referer: `http://x/?t=${tenant.token}`, cookie: `t=${tenant.token}` },
    }),
    await ask(agent, `${tenant.endpoint}/Users/${tenant.token}`, { headers: scim }),
    await ask(agent, `${server.url}/scim/v2/${tenant.token}/Users`, { headers: scim }),
    await ask(agent, `${server.url}/${tenant.token}`),
    await ask(agent, `${tenant.endpoint}/Users`, { headers: bearer(guess) }),
    await ask(agent, `${tenant.endpoint}/Users`, {
      headers: { authorization: `Basic ${Buffer.from(`x:${tenant.token}`).toString('base64')}` },
    }),
    await ask(agent, `${tenant.endpoint}/Users`, {
      headers: { ...scim, 'user-agent': tenant.token, 'x-request-id': tenant.token },
    }),
    await ask(agent, `${server.url}/api/v1/tenants/${tenant.slug}/provisioning-tokens`, {
      headers: bearer(server.operatorKey),
    }),
    await ask(agent, `${server.url}/api/v1/tenants?cursor=${server.operatorKey}`, {
      headers: bearer(server.operatorKey),
    }),
    await ask(agent, `${server.url}/metrics`, { headers: bearer(server.operatorKey) }),
  ];
  agent.destroy();
  assert.deepEqual(replies.map(({ status }) => status).slice(0, 5), [201, 400, 400, 401, 401]);
  // Whoever asks for an id that is a token gets his own text back.
  const echo = replies[5];
  const secrets = [tenant.token.split('_').at(-1) ?? '', password, guess.split('_').at(-1) ?? '', server.operatorKey];
  for (const form of secrets.flatMap(formsOf)) {
    for (const reply of replies)
      if (reply !== echo) assert.ok(!`${reply.headers}${reply.text}`.includes(form), reply.text);
    assert.ok(!server.log().includes(form), 'the log holds a secret');
  }
});

test('S20 a token that is reset stops in an open connection at once', async () => {
  await using server = await startServer();
  const tenant = await createTestTenant(server, 'entra');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const read = () => ask(agent, `${tenant.endpoint}/Users`, { headers: bearer(tenant.token) });
  for (let time = 0; time < 20; time += 1) assert.equal((await read()).status, 200);
  await reset(server, tenant);
  const { status, text } = await read();
  agent.destroy();
  assert.equal(status, 401);
  assert.match(text, /reset/);
});

test('S20 a token that one process resets stops in the others within a second, in open connections and in a running bulk request', async (t) => {
  if (!havePart(t, POSTGRES)) return;
  await using database = await createTestDatabase();
  const shared = { databaseUrl: database.url, env: { ROLLCALL_MASTER_KEY: randomBytes(32).toString('base64') } };
  await using one = await startServer(shared);
  await using other = await startServer(shared);
  const tenant = await createTestTenant(one, 'entra');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const elsewhere = `${other.url}/scim/v2/${tenant.slug}`;
  const read = () => ask(agent, `${elsewhere}/Users?count=0`, { headers: bearer(tenant.token) });
  assert.equal((await read()).status, 200);

  const Operations = Array.from({ length: 1_000 }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `${index}`,
    data: { schemas: [USER], userName: `user${index}` },
  }));
  const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations });
  const running = ask(new Agent(), `${elsewhere}/Bulk`, {
    method: 'POST',
    headers: { ...bearer(tenant.token), 'content-type': 'application/scim+json' },
    body,
  });
  for (;;) {
    const reply = await read();
    if (reply.status === 200 && (JSON.parse(reply.text) as { totalResults: number }).totalResults > 0) break;
  }
  await reset(one, tenant);
  const ended = performance.now();
  while ((await read()).status === 200) assert.ok(performance.now() - ended < 1_000, 'the token works after a second');
  agent.destroy();
  const results = (JSON.parse((await running).text) as { Operations: readonly { status: string }[] }).Operations;
  const made = results.filter(({ status }) => status === '201').length;
  assert.ok(made > 0 && made < 1_000, `${made} of 1,000 operations ran`);
  assert.deepEqual(new Set(results.slice(made).map(({ status }) => status)), new Set(['401']));
});
