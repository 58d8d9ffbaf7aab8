import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildCreate, buildUpdate } from './dialects/build-requests.ts';
import { openScimTarget } from './scim-target.ts';
import { type Answer, answerJson, startFaultServer } from './testing/fault-server.ts';
import { GET, TOKEN, USER, withTarget } from './testing/with-target.ts';

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
