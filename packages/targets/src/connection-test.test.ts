import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openScimTarget } from './scim-target.ts';
import { type Answer, answerJson, startFaultServer } from './testing/fault-server.ts';

const EMPTY = { totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] };
const SCIM_404 = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' };

async function runTest(answer: Answer) {
  await using server = await startFaultServer(answer);
  const target = openScimTarget({ tenantUrl: `${server.url}/scim?code=hidden`, secretToken: 'token' });
  const result = await target.test({ user: 'externalId', group: 'displayName' });
  await target.close();
  return { result, urls: server.requests.map(({ url }) => url) };
}

describe('test connection', () => {
  test('asks for a random user and a random group, and is ok when both lists are empty', async () => {
    const { result, urls } = await runTest((response) => answerJson(response, 200, EMPTY));
    assert.ok(result.ok);
    assert.equal(result.steps.length, 2);
    assert.match(urls[0] ?? '', /^\/scim\/Users\?filter=externalId%20eq%20%22[0-9a-f-]{36}%22&code=hidden$/);
    assert.match(
      urls[1] ?? '',
      /^\/scim\/Groups\?excludedAttributes=members&filter=displayName%20eq%20%22[0-9a-f-]{36}%22/,
    );
    assert.ok(result.steps.every(({ status, url }) => status === 200 && !url.includes('hidden')));
  });

  const failures: readonly [string, Answer, number | undefined, RegExp][] = [
    ['401', (r) => answerJson(r, 401, { detail: 'no', status: '401' }), 401, /does not accept the token/],
    ['403', (r) => r.writeHead(403).end(), 403, /may not read Users/],
    ['404 with a SCIM body', (r) => answerJson(r, 404, SCIM_404), 404, /must answer 200 and a ListResponse/],
    ['404 with HTML', (r) => r.writeHead(404).end('<html>'), 404, /Check the path of the tenant URL/],
    ['400', (r) => answerJson(r, 400, { scimType: 'invalidFilter' }), 400, /cannot filter Users by externalId/],
    [
      'a redirect',
      (r) => r.writeHead(301, { location: 'https://x.example' }).end(),
      301,
      /address that the target redirects to/,
    ],
    ['429', (r) => r.writeHead(429).end(), 429, /asks for a pause of 5000 ms/],
    ['500', (r) => r.writeHead(500).end(), 500, /Look into its log/],
    ['a sign-in page', (r) => r.writeHead(200).end('<html>'), 200, /sign-in page or gateway/],
    ['an empty object', (r) => answerJson(r, 200, {}), 200, /not as a SCIM endpoint/],
    [
      'a filter that is ignored',
      (r) => answerJson(r, 200, { totalResults: 1, Resources: [{ id: 'x' }] }),
      200,
      /ignores the filter/,
    ],
    ['a reset', (r) => r.destroy(), undefined, /Look into the log of the target/],
  ];
  for (const [title, answer, status, advice] of failures) {
    test(`${title} is not ok, ends the test, and says what to do`, async () => {
      const { result } = await runTest(answer);
      assert.equal(result.ok, false);
      assert.equal(result.steps.length, 1);
      assert.equal(result.steps[0]?.status, status);
      assert.match(result.steps[0]?.advice ?? '', advice);
      assert.notEqual(result.steps[0]?.detail, '');
    });
  }
});
