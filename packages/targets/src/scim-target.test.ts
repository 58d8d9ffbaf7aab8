import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { buildCreate, buildUpdate } from './dialects/build-requests.ts';
import { BODY_BYTES_MAX } from './exchange-handler.ts';
import { openScimTarget, type ScimTargetOptions } from './scim-target.ts';
import type { Outcome, Target, TargetRequest } from './target.ts';
import { type Answer, answerJson, type FaultServer, startFaultServer } from './testing/fault-server.ts';

const TOKEN = 'canary-7f3a91-token';
const USER = { id: 'u1', userName: 'ann@example.com', externalId: 'Ann' };
const POST: TargetRequest = { method: 'POST', path: '/Users', body: { userName: 'ann@example.com' } };
const PATCH: TargetRequest = { method: 'PATCH', path: '/Users/u1', body: { Operations: [] } };
const GET: TargetRequest = { method: 'GET', path: '/Users/u1' };

type Use = (target: Target, server: FaultServer) => Promise<void>;

async function withTarget(answer: Answer, use: Use, options: Partial<ScimTargetOptions> = {}): Promise<void> {
  await using server = await startFaultServer(answer);
  const { profile } = options;
  const target = openScimTarget({
    tenantUrl: `${server.url}/scim/`,
    secretToken: TOKEN,
    ...options,
    profile: { ...profile },
  });
  try {
    await use(target, server);
  } finally {
    await target.close();
  }
}

/** Calls back after so many turns of the event loop, in which other requests may come in. */
function afterTurns(turns: number, callback: () => void): void {
  setImmediate(() => (turns === 0 ? callback() : afterTurns(turns - 1, callback)));
}

const detailOf = (outcome: Outcome) => ('detail' in outcome ? outcome.detail : '');

describe('what is sent', () => {
  test('a planned request goes out as it is, once, with token and content type', async () => {
    await withTarget(
      (response) => answerJson(response, 201, USER),
      async (target, { requests }) => {
        const request = buildCreate('User', { userName: 'ann@example.com' }, target.profile);
        assert.deepEqual(await target.send(request), { kind: 'done', status: 201, object: USER });
        assert.equal(requests.length, 1);
        const [sent] = requests;
        assert.equal(`${sent?.method} ${sent?.url}`, 'POST /scim/Users');
        assert.deepEqual(JSON.parse(sent?.body ?? ''), request.body);
        assert.equal(sent?.headers.authorization, `Bearer ${TOKEN}`);
        assert.equal(sent?.headers['content-type'], 'application/scim+json');
        assert.match(sent?.headers.accept ?? '', /^application\/scim\+json/);
      },
    );
  });

  test('a request without a body has no content type', async () => {
    await withTarget(
      (response) => response.writeHead(204).end(),
      async (target, { requests }) => {
        assert.deepEqual(await target.send({ method: 'DELETE', path: '/Users/u1' }), { kind: 'done', status: 204 });
        assert.equal(requests[0]?.headers['content-type'], undefined);
      },
    );
  });

  test('the own flags of a tenant URL choose the dialect and are not sent; other parameters are', async () => {
    await using server = await startFaultServer((response) => answerJson(response, 200, USER));
    const target = openScimTarget({ tenantUrl: `${server.url}?aadOptscim062020&code=a%2Bb`, secretToken: TOKEN });
    assert.equal(target.profile.dialect, 'entra-scim062020');
    await target.send(buildUpdate('User', 'u1', [{ attribute: 'active', value: false }], target.profile));
    await target.get('User', 'u1');
    await target.find('Group', 'displayName', 'Sales');
    await target.close();
    assert.deepEqual(
      server.requests.map(({ url }) => url),
      [
        '/Users/u1?code=a%2Bb',
        '/Users/u1?code=a%2Bb',
        '/Groups?excludedAttributes=members&filter=displayName%20eq%20%22Sales%22&code=a%2Bb',
      ],
    );
  });

  test('a group is read without its members', async () => {
    await withTarget(
      (response) => answerJson(response, 200, { id: 'g 1' }),
      async (target, { requests }) => {
        assert.equal((await target.get('Group', 'g 1')).kind, 'done');
        assert.equal(requests[0]?.url, '/scim/Groups/g%201?excludedAttributes=members');
      },
    );
  });
});

describe('find', () => {
  const NASTY = [
    "a'b",
    'a\\b',
    'a"b',
    'a+b',
    'a&b',
    'a#b',
    'a%41b',
    'a b',
    'ж日😀',
    'a" or "1" eq "1',
    'x/../y?z=1',
    '\u0007\n',
  ];
  for (const value of NASTY) {
    test(`the value ${JSON.stringify(value)} reaches the target as it is`, async () => {
      const object = { id: 'u1', externalId: value };
      await withTarget(
        (response) => answerJson(response, 200, { totalResults: 1, Resources: [object] }),
        async (target, { requests }) => {
          assert.deepEqual(await target.find('User', 'externalId', value), { kind: 'found', objects: [object] });
          const url = requests[0]?.url ?? '';
          assert.match(url, /^\/scim\/Users\?filter=[\w%.~-]+$/);
          const filter = new URL(url, 'http://x').searchParams.get('filter');
          assert.equal(filter, `externalId eq ${JSON.stringify(value)}`);
        },
      );
    });
  }

  const comparisons: readonly [string, string, string, Record<string, unknown>, boolean][] = [
    ['userName in another case', 'userName', 'ANN@Example.com', { userName: 'ann@example.com' }, true],
    ['externalId in another case', 'externalId', 'ann', { externalId: 'Ann' }, false],
    ['a value that only contains it', 'userName', 'ann', { userName: 'ann@example.com' }, false],
    ['a resource without the attribute', 'userName', 'ann', {}, false],
    ['a name spelled in another case', 'userName', 'ann', { username: 'ann' }, true],
    ['the id', 'id', 'u1', {}, true],
    ['a work address', 'emails[type eq "work"].value', 'a@x', { emails: [{ type: 'Work', value: 'A@x' }] }, true],
    ['a home address', 'emails[type eq "work"].value', 'a@x', { emails: [{ type: 'home', value: 'a@x' }] }, false],
    [
      'an extension',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
      '007',
      { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: '007' } },
      true,
    ],
    ['an unknown attribute in another case', 'urn:x:y:User:berth', 'b7', { 'urn:x:y:User': { berth: 'B7' } }, false],
  ];
  for (const [title, attribute, value, resource, expected] of comparisons) {
    test(`${title} is ${expected ? 'a' : 'no'} hit`, async () => {
      const object = { id: 'u1', ...resource };
      await withTarget(
        (response) => answerJson(response, 200, { totalResults: 1, Resources: [object] }),
        async (target) => {
          const objects = expected ? [object] : [];
          assert.deepEqual(await target.find('User', attribute, value), { kind: 'found', objects });
        },
      );
    });
  }

  test('an equal hit on a later page is found, and several are all returned', async () => {
    const all = Array.from({ length: 5 }, (_, index) => ({
      id: `u${index}`,
      userName: index < 3 ? `ann${index}` : 'ann',
    }));
    await withTarget(
      (response, { url }) => {
        const start = Number(new URL(url, 'http://x').searchParams.get('startIndex') ?? 1) - 1;
        answerJson(response, 200, { totalResults: all.length, Resources: all.slice(start, start + 2) });
      },
      async (target, { requests }) => {
        assert.deepEqual(await target.find('User', 'userName', 'ann'), { kind: 'found', objects: all.slice(3) });
        assert.equal(requests.length, 3);
      },
    );
  });

  test('a target that ignores the filter is an error after a bounded number of pages', async () => {
    await withTarget(
      (response, _, count) => answerJson(response, 200, { totalResults: 1e6, Resources: [{ id: `u${count}` }] }),
      async (target, { requests }) => {
        const result = await target.find('User', 'userName', 'ann');
        assert.equal(result.kind === 'error' ? result.outcome.kind : 'found', 'unusable');
        assert.equal(requests.length, 10);
      },
    );
  });

  test('half a character is not sent', async () => {
    await withTarget(
      (response) => answerJson(response, 200, { totalResults: 0 }),
      async (target, { requests }) => {
        assert.equal((await target.find('User', 'userName', 'a\ud800')).kind, 'error');
        assert.equal(requests.length, 0);
      },
    );
  });
});

describe('faults of target and network', () => {
  const faults: readonly [string, TargetRequest, Answer, Outcome['kind'], RegExp][] = [
    [
      'E8 a sign-in page as 200',
      POST,
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in'),
      'unusable',
      /HTML/,
    ],
    [
      'E2 a redirect',
      POST,
      (r) => r.writeHead(302, { location: 'https://sso.example/x' }).end(),
      'unusable',
      /redirects to https:\/\/sso\.example\/x/,
    ],
    ['wrong JSON', PATCH, (r) => r.writeHead(200).end('{"id": u1}'), 'unusable', /not JSON/],
    [
      'a compressed body that was not asked for',
      GET,
      (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('xxxx'),
      'unusable',
      /compressed as gzip/,
    ],
    ['E10 a reset after the request', POST, (r) => r.destroy(), 'unknown', /closed the connection/],
    [
      'E10 a reset in the middle of the body',
      POST,
      (r) => {
        r.writeHead(201, { 'content-length': '1000' });
        r.write('{"id":"u1"', () => r.destroy());
      },
      'unknown',
      /while its answer 201 came in/,
    ],
    ['a reset of a read', GET, (r) => r.destroy(), 'failed', /closed the connection/],
    [
      'E8 a body that never ends',
      PATCH,
      (r) => {
        r.writeHead(200);
        const chunk = Buffer.alloc(256 * 1024, 'x');
        const more = () => {
          if (!r.destroyed) r.write(chunk, more);
        };
        more();
      },
      'unknown',
      new RegExp(`longer than ${BODY_BYTES_MAX} bytes`),
    ],
    [
      'too many headers',
      GET,
      (r) => r.writeHead(200, { 'x-much': 'y'.repeat(30_000) }).end(),
      'failed',
      /too many headers/,
    ],
    [
      'E6 a record of somebody else',
      PATCH,
      (r) => answerJson(r, 200, { id: 'u2' }),
      'unusable',
      /asked for u1.*answered with u2/,
    ],
  ];
  for (const [title, request, answer, kind, detail] of faults) {
    test(`${title} is ${kind}`, async () => {
      await withTarget(answer, async (target, { requests }) => {
        const outcome = await target.send(request);
        assert.equal(outcome.kind, kind);
        assert.match(detailOf(outcome), detail);
        assert.equal(requests.length, 1, 'nothing is sent twice');
      });
    });
  }

  test('E8 one byte after another is cut off by the time limit: unknown', async () => {
    let sending: NodeJS.Timeout | undefined;
    await withTarget(
      (response) => {
        response.writeHead(201);
        sending = setInterval(() => response.write(' '), 10);
      },
      async (target) => {
        const outcome = await target.send(POST);
        clearInterval(sending);
        assert.equal(outcome.kind, 'unknown');
        assert.match(detailOf(outcome), /no whole answer within 150 ms/);
      },
      { profile: { timeoutMs: 150 } },
    );
  });

  test('a refused connection is failed: certainly not done', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const target = openScimTarget({ tenantUrl: `http://127.0.0.1:${port}`, secretToken: TOKEN });
    const outcome = await target.send(POST);
    assert.equal(outcome.kind, 'failed');
    assert.match(detailOf(outcome), /connection was refused/);
    await target.close();
  });

  test('http spoken to where TLS is expected is failed', async () => {
    await withTarget(
      (response) => response.end(),
      async (_, server) => {
        const target = openScimTarget({ tenantUrl: server.url.replace('http:', 'https:'), secretToken: TOKEN });
        assert.equal((await target.send(POST)).kind, 'failed');
        await target.close();
      },
    );
  });

  test('cancelled while under way is unknown, cancelled before is failed', async () => {
    const abort = new AbortController();
    await withTarget(
      () => abort.abort(),
      async (target, { requests }) => {
        assert.equal((await target.send(POST, abort.signal)).kind, 'unknown');
        assert.equal((await target.send(POST, abort.signal)).kind, 'failed');
        assert.equal(requests.length, 1);
      },
    );
  });

  test('after a fault the next request is answered', async () => {
    await withTarget(
      (response, _, count) => (count === 1 ? response.destroy() : answerJson(response, 201, USER)),
      async (target) => {
        assert.equal((await target.send(POST)).kind, 'unknown');
        assert.equal((await target.send(POST)).kind, 'done');
      },
    );
  });

  test('429 is throttled, and the next request waits as long as was asked for', async () => {
    await withTarget(
      (response, _, count) =>
        count === 1 ? response.writeHead(429, { 'retry-after': '1' }).end() : answerJson(response, 201, USER),
      async (target) => {
        const outcome = await target.send(POST);
        assert.deepEqual(outcome, { kind: 'throttled', status: 429, retryAfterMs: 1000, detail: 'no body' });
        const begun = performance.now();
        assert.equal((await target.send(POST)).kind, 'done');
        assert.ok(performance.now() - begun >= 900);
      },
    );
  });

  test('never more requests at once than the profile says', async () => {
    let running = 0;
    let most = 0;
    await withTarget(
      (response) => {
        running += 1;
        most = Math.max(most, running);
        afterTurns(50, () => {
          running -= 1;
          answerJson(response, 201, USER);
        });
      },
      async (target) => {
        const outcomes = await Promise.all(Array.from({ length: 40 }, () => target.send(POST)));
        assert.ok(outcomes.every(({ kind }) => kind === 'done'));
        assert.equal(most, 3);
      },
      { profile: { concurrency: 3 } },
    );
  });
});

describe('P6 the token is in nothing that is given out', () => {
  const echoes: readonly [string, Answer][] = [
    [
      'an error that quotes it',
      (r, { headers }) => answerJson(r, 401, { detail: `bad ${headers.authorization}`, status: '401' }),
    ],
    ['a page that quotes it', (r, { headers }) => r.writeHead(200).end(`<html>${headers.authorization}`)],
    ['a redirect that quotes it', (r) => r.writeHead(302, { location: `https://x.example/${TOKEN}` }).end()],
    ['a resource that quotes it', (r) => answerJson(r, 200, { id: 'u1', displayName: TOKEN })],
    ['a reset', (r) => r.destroy()],
  ];
  for (const [title, answer] of echoes) {
    test(title, async () => {
      await withTarget(answer, async (target) => {
        const given = [
          await target.send(GET),
          await target.find('User', 'userName', 'ann'),
          await target.test({ user: 'userName', group: 'displayName' }),
        ];
        assert.equal(JSON.stringify(given).includes(TOKEN), false);
      });
    });
  }

  test('a token that is no header value is refused without being shown', () => {
    for (const secretToken of ['', ' ', `${TOKEN}\r\nx: y`, `${TOKEN} `, `${TOKEN}é`]) {
      assert.throws(
        () => openScimTarget({ tenantUrl: 'https://app.example', secretToken }),
        (error) => error instanceof TypeError && !error.message.includes('canary'),
      );
    }
  });
});
