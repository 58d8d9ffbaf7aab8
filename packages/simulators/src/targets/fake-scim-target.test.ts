import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FakeScimTarget } from './fake-scim-target.ts';

let target: FakeScimTarget;
before(async () => {
  target = await FakeScimTarget.start();
});
after(() => target.close());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${target.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${target.token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

const filter = (attribute: string, value: string): string =>
  `/Users?filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;

test('users are created once by userName, found, changed in any spelling and deleted', async () => {
  const created = await ask('POST', '/Users', { userName: 'Ann', externalId: 'A' });
  assert.equal(created.status, 201);
  const { id } = created.body as { id: string };
  assert.equal((await ask('POST', '/Users', { userName: 'ann' })).status, 409);
  assert.equal(((await ask('GET', filter('userName', 'ANN'))).body as { totalResults: number }).totalResults, 1);
  assert.equal(((await ask('GET', filter('externalId', 'a'))).body as { totalResults: number }).totalResults, 0);
  await ask('PATCH', `/Users/${id}`, { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] });
  await ask('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { displayName: 'B' } }] });
  assert.deepEqual((await ask('GET', `/Users/${id}`)).body, {
    userName: 'Ann',
    externalId: 'A',
    id,
    active: false,
    displayName: 'B',
  });
  assert.equal((await ask('DELETE', `/Users/${id}`)).status, 204);
  assert.equal((await ask('GET', `/Users/${id}`)).status, 404);
});

test('members are added and removed in every dialect, and unknown ones refused', async () => {
  const user = ((await ask('POST', '/Users', { userName: 'm' })).body as { id: string }).id;
  const group = ((await ask('POST', '/Groups', { displayName: 'g' })).body as { id: string }).id;
  const change = (operation: unknown) => ask('PATCH', `/Groups/${group}`, { Operations: [operation] });
  const size = () => target.directory.members.get(group)?.size;
  assert.equal((await change({ op: 'Add', path: 'members', value: [{ value: user }] })).status, 204);
  assert.equal(size(), 1);
  await change({ op: 'remove', path: `members[value eq "${user}"]` });
  assert.equal(size(), 0);
  await change({ op: 'add', path: 'members', value: [{ value: user }] });
  await change({ op: 'Remove', path: 'members', value: [{ value: user }] });
  assert.equal(size(), 0);
  assert.equal((await change({ op: 'add', path: 'members', value: [{ value: 'nobody' }] })).status, 400);
});

test('faults happen as told: before and after the effect, and in its place', async () => {
  const seen = target.requests.length;
  target.faults = ({ body }) => (body as { fault?: never } | undefined)?.fault;
  const count = () => target.directory.users.size;
  const before = count();
  await assert.rejects(ask('POST', '/Users', { userName: 'f1', fault: { kind: 'resetBefore' } }));
  assert.equal(count(), before);
  await assert.rejects(ask('POST', '/Users', { userName: 'f2', fault: { kind: 'resetAfter' } }));
  assert.equal(count(), before + 1);
  assert.equal((await ask('POST', '/Users', { userName: 'f3', fault: { kind: 'status', status: 500 } })).status, 500);
  await assert.rejects(ask('POST', '/Users', { userName: 'f4', fault: { kind: 'html' } }), SyntaxError);
  assert.equal(count(), before + 1);
  assert.equal(target.requests.length, seen + 4);
  target.faults = () => undefined;
});

test('a request without the token is refused and has no effect', async () => {
  const response = await fetch(`${target.url}/Users`, { method: 'POST', body: '{"userName":"x"}' });
  assert.equal(response.status, 401);
  assert.ok([...target.directory.users.values()].every(({ userName }) => userName !== 'x'));
});
