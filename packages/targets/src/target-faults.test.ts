import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { BODY_BYTES_MAX } from './exchange-handler.ts';
import { openScimTarget } from './scim-target.ts';
import type { Outcome, TargetRequest } from './target.ts';
import { type Answer, answerJson } from './testing/fault-server.ts';
import { detailOf, GET, PATCH, POST, TOKEN, USER, withTarget } from './testing/with-target.ts';

/** Calls back after so many turns of the event loop, in which other requests may come in. */
function afterTurns(turns: number, callback: () => void): void {
  setImmediate(() => (turns === 0 ? callback() : afterTurns(turns - 1, callback)));
}

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
