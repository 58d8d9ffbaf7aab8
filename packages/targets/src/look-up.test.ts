import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerJson } from './testing/fault-server.ts';
import { withTarget } from './testing/with-target.ts';

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
