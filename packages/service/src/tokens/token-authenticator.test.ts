import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '@rollcall/storage/testing';
import { newCredential } from '../credentials/credential.ts';
import { emptiedFor, openTestTenancy, requestWith, type TestTenancy } from '../testing/test-tenancy.ts';
import { ForbiddenError, TooManyRequestsError, UnauthorizedError } from './token-error.ts';
import { assertPermitted } from './token-scope.ts';

async function refusal(tenancy: TestTenancy, tenant: string, text: string | undefined): Promise<string> {
  try {
    await tenancy.tokenAuthenticator.authenticate(requestWith(tenant, text));
  } catch (error) {
    assert.ok(error instanceof UnauthorizedError, String(error));
    return error.message;
  }
  assert.fail('the token was accepted');
}

eachDatabase('authentication of tokens', (openNew) => {
  const open = emptiedFor(openNew);

  test('a token opens its tenant, with the rules and scopes that hold now', async () => {
    const { tokens, tenants, tokenAuthenticator } = await openTestTenancy(await open());
    const { text, token } = await tokens.create('acme', { name: 'entra', scopes: ['users-only'] }, 'test');
    const { policy } = await tenants.update('acme', { policy: { preset: 'strict' } });
    assert.deepEqual(await tokenAuthenticator.authenticate(requestWith('acme', text)), {
      tenant: 'acme',
      policy,
      token: { id: token.id, name: 'entra', scopes: ['users-only'] },
    });
  });

  test('P5 S18 wrong secret, other tenant, unknown tenant and disabled tenant are told apart by nobody', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    const { text: disabled } = await tenancy.tokens.create('globex', { name: 'b' }, 'test');
    await tenancy.tenants.update('globex', { disabled: true });
    const answers = [
      await refusal(tenancy, 'acme', newCredential('rc').text),
      await refusal(tenancy, 'acme', `${text.slice(0, -43)}${'A'.repeat(43)}`),
      await refusal(tenancy, 'globex', text),
      await refusal(tenancy, 'nobody', text),
      await refusal(tenancy, 'NO SLUG\u0000', text),
      await refusal(tenancy, 'globex', disabled),
      await refusal(tenancy, 'acme', 'garbage'),
    ];
    assert.equal(new Set(answers).size, 1, answers.join('\n'));
  });

  test('no token is told what to send', async () => {
    assert.match(await refusal(await openTestTenancy(await open()), 'acme', undefined), /Authorization: Bearer/);
  });

  for (const [why, end] of [
    ['was revoked', (tenancy: TestTenancy, id: string) => tenancy.tokens.revoke('acme', id, 'test')],
    ['was replaced by a reset', (tenancy: TestTenancy) => tenancy.tokens.reset('acme', { name: 'next' }, 'test')],
  ] as const) {
    test(`S20 a token that ${why} stops at once here, and its holder learns id and time`, async () => {
      const tenancy = await openTestTenancy(await open());
      const { text, token } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
      await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
      await end(tenancy, token.id);
      const detail = await refusal(tenancy, 'acme', text);
      assert.ok(detail.includes(`${token.id} ${why} at ${tenancy.clock.now().toISOString()}`), detail);
      assert.ok(!detail.includes(text.slice(-43)));
    });
  }

  test('S20 a token expires on time although it is remembered', async () => {
    const tenancy = await openTestTenancy(await open());
    const expiresAt = new Date(tenancy.clock.now().getTime() + 100);
    const { text, token } = await tenancy.tokens.create('acme', { name: 'a', expiresAt }, 'test');
    await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
    tenancy.clock.advanceMs(100);
    assert.ok((await refusal(tenancy, 'acme', text)).includes(`${token.id} expired at ${expiresAt.toISOString()}`));
  });

  test('S20 what another process ends stops here within half a second', async () => {
    const database = await open();
    const here = await openTestTenancy(database);
    const { text, token } = await here.tokens.create('acme', { name: 'a' }, 'test');
    await here.tokenAuthenticator.authenticate(requestWith('acme', text));
    const { createTenancy } = await import('../tenants/tenancy.ts');
    const elsewhere = createTenancy({ database, onError: assert.ifError });
    await elsewhere.tokens.revoke('acme', token.id, 'test');
    here.clock.advanceMs(500);
    assert.match(await refusal(here, 'acme', text), /revoked/);
    await elsewhere.close();
  });

  test('S20 a long request notices that its token ended', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text, token } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    const authenticated = await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
    await tenancy.tokenAuthenticator.assertLive(authenticated);
    await tenancy.tokens.revoke('acme', token.id, 'test');
    await assert.rejects(tenancy.tokenAuthenticator.assertLive(authenticated), UnauthorizedError);
  });

  test('S20 a tenant that is disabled stops at once, and goes on when it is enabled', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    const authenticated = await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
    await tenancy.tenants.update('acme', { disabled: true });
    await refusal(tenancy, 'acme', text);
    await assert.rejects(tenancy.tokenAuthenticator.assertLive(authenticated), UnauthorizedError);
    await tenancy.tenants.update('acme', { disabled: false });
    await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
  });

  test('a use is written although the request only reads, with time, address and agent', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text, token } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    const usedAt = tenancy.clock.now();
    await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
    await tenancy.close();
    const listed = await tenancy.tokens.get('acme', token.id);
    assert.deepEqual(
      [listed.lastUsedAt, listed.lastUsedAddress, listed.lastUsedAgent],
      [usedAt, '192.0.2.7', 'test client'],
    );
  });

  test('who still uses an ended token can be seen', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text, token } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    await tenancy.tokens.reset('acme', { name: 'b' }, 'test');
    tenancy.clock.advanceMs(60_000);
    await refusal(tenancy, 'acme', text);
    await tenancy.flush();
    assert.deepEqual((await tenancy.tokens.get('acme', token.id)).lastUsedAt, tenancy.clock.now());
  });

  test('a use that another process wrote later is not set back', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text, token } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    tenancy.clock.advanceMs(60_000);
    await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
    await tenancy.flush();
    const later = tenancy.clock.now();
    tenancy.clock.correctMs(-30_000);
    await tenancy.tokenAuthenticator.authenticate(requestWith('acme', text));
    await tenancy.flush();
    assert.deepEqual((await tenancy.tokens.get('acme', token.id)).lastUsedAt, later);
  });

  test('S22 a token that sends too much is told when to go on; another token of the tenant is not held up', async () => {
    const tenancy = await openTestTenancy(await open(), { rateLimit: { perSecond: 2, burst: 3 } });
    const { text } = await tenancy.tokens.create('acme', { name: 'a' }, 'test');
    const { text: other } = await tenancy.tokens.create('acme', { name: 'b' }, 'test');
    const send = (token: string) => tenancy.tokenAuthenticator.authenticate(requestWith('acme', token));
    for (let request = 0; request < 3; request++) await send(text);
    await assert.rejects(
      send(text),
      (error) => error instanceof TooManyRequestsError && error.status === 429 && error.retryAfterSeconds === 1,
    );
    await send(other);
    tenancy.clock.advanceMs(1000);
    await send(text);
  });

  test('S18 guesses are answered 429 once their budget is spent', async () => {
    const failures = { perAddress: { perSecond: 0.1, burst: 3 }, perCredential: { perSecond: 1, burst: 1000 } };
    const tenancy = await openTestTenancy(await open(), { failures });
    for (let guess = 0; guess < 3; guess++) await refusal(tenancy, 'acme', newCredential('rc').text);
    await assert.rejects(
      tenancy.tokenAuthenticator.authenticate(requestWith('acme', newCredential('rc').text)),
      (error) => error instanceof TooManyRequestsError && error.retryAfterSeconds === 10,
    );
  });
});

const READ_USERS = { write: false, resourceType: 'User' };
const WRITE_USERS = { write: true, resourceType: 'User' };
const READ_GROUPS = { write: false, resourceType: 'Group' };
const DISCOVER = { write: false };

const SCOPES: readonly [
  scopes: readonly ('read-only' | 'users-only')[],
  allowed: readonly object[],
  refused: readonly object[],
][] = [
  [[], [READ_USERS, WRITE_USERS, READ_GROUPS, DISCOVER], []],
  [['read-only'], [READ_USERS, READ_GROUPS, DISCOVER], [WRITE_USERS]],
  [['users-only'], [READ_USERS, WRITE_USERS, DISCOVER], [READ_GROUPS]],
  [
    ['read-only', 'users-only'],
    [READ_USERS, DISCOVER],
    [WRITE_USERS, READ_GROUPS],
  ],
];

for (const [scopes, allowed, refused] of SCOPES) {
  test(`a token with the scopes [${scopes.join(', ')}] may do what they leave`, () => {
    const token = { id: 'x', scopes };
    for (const access of allowed) assertPermitted(token, access as typeof READ_USERS);
    for (const access of refused) {
      assert.throws(() => assertPermitted(token, access as typeof READ_USERS), ForbiddenError);
    }
  });
}
