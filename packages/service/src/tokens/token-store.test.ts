import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql, statement } from '@rollcall/storage';
import { eachDatabase } from '@rollcall/storage/testing';
import type { Refusal } from '../tenants/refusal.ts';
import { emptiedFor, openTestTenancy, requestWith } from '../testing/test-tenancy.ts';

const refusedAs = (code: Refusal['code']) => (error: unknown) =>
  error instanceof Error && error.name === 'Refusal' && (error as Refusal).code === code;

eachDatabase('provisioning tokens', (openNew) => {
  const open = emptiedFor(openNew);

  test('a token is shown once: the list has everything but the secret', async () => {
    const { tokens, clock } = await openTestTenancy(await open());
    const { token, text } = await tokens.create('acme', { name: 'entra', scopes: ['read-only'] }, 'key:test');
    assert.deepEqual(await tokens.list('acme', { limit: 10 }), [token]);
    assert.deepEqual([token.name, token.scopes, token.status], ['entra', ['read-only'], 'active']);
    assert.deepEqual([token.createdBy, token.createdAt], ['key:test', clock.now()]);
    assert.ok(!JSON.stringify(token).includes(text.slice(-43)));
  });

  test('P6 the database holds no token, only its SHA-256', async () => {
    const { tokens, database } = await openTestTenancy(await open());
    const { text } = await tokens.create('acme', { name: 'entra' }, 'test');
    const { rows } = await database.query<{ row: string; bytes: number }>(
      statement(sql`select t::text as row, length(hash) as bytes from provisioning_token t`),
    );
    const secret = text.slice(-43);
    for (const form of [
      secret,
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret, 'base64url').toString('hex'),
    ]) {
      assert.ok(!rows[0]?.row.includes(form));
    }
    assert.equal(rows[0]?.bytes, 32);
  });

  test('several tokens are valid side by side', async () => {
    const { tokens, tokenAuthenticator } = await openTestTenancy(await open());
    for (const name of ['old', 'new']) {
      const { text } = await tokens.create('acme', { name }, 'test');
      assert.equal((await tokenAuthenticator.authenticate(requestWith('acme', text))).token.name, name);
    }
    const statuses = (await tokens.list('acme', { limit: 10 })).map(({ status }) => status);
    assert.deepEqual(statuses, ['active', 'active']);
  });

  test('reset makes one new token and ends all earlier ones of this tenant alone, which stay listed', async () => {
    const { tokens, clock } = await openTestTenancy(await open());
    for (const name of ['a', 'b']) await tokens.create('acme', { name }, 'test');
    await tokens.create('globex', { name: 'other' }, 'test');
    clock.advanceMs(1000);
    const { token } = await tokens.reset('acme', { name: 'c' }, 'key:admin');
    const listed = await tokens.list('acme', { limit: 10 });
    assert.deepEqual(listed.map(({ name, status }) => `${name} ${status}`).sort(), ['a reset', 'b reset', 'c active']);
    assert.deepEqual(listed[0], token);
    assert.deepEqual(
      listed.slice(1).map(({ endedAt, endedBy }) => [endedAt, endedBy]),
      [
        [clock.now(), 'key:admin'],
        [clock.now(), 'key:admin'],
      ],
    );
    assert.equal((await tokens.list('globex', { limit: 10 }))[0]?.status, 'active');
  });

  test('of parallel resets and creates exactly the tokens after the last reset are valid', async () => {
    const { tokens } = await openTestTenancy(await open());
    await Promise.all(Array.from({ length: 8 }, (_, index) => tokens.reset('acme', { name: `${index}` }, 'test')));
    const listed = await tokens.list('acme', { limit: 20 });
    assert.equal(listed.length, 8);
    assert.equal(listed.filter(({ status }) => status === 'active').length, 1);
  });

  test('a refused reset ends nothing', async () => {
    const { tokens } = await openTestTenancy(await open());
    await tokens.create('acme', { name: 'a' }, 'test');
    await assert.rejects(tokens.reset('acme', { name: '' }, 'test'), refusedAs('invalid-value'));
    assert.deepEqual(
      (await tokens.list('acme', { limit: 10 })).map(({ status }) => status),
      ['active'],
    );
  });

  test('revoking ends one token, and says so when it has ended already', async () => {
    const { tokens, clock } = await openTestTenancy(await open());
    const { token } = await tokens.create('acme', { name: 'a' }, 'test');
    await tokens.create('acme', { name: 'b' }, 'test');
    const revoked = await tokens.revoke('acme', token.id, 'key:admin');
    assert.deepEqual([revoked.status, revoked.endedAt, revoked.endedBy], ['revoked', clock.now(), 'key:admin']);
    await assert.rejects(tokens.revoke('acme', token.id, 'test'), refusedAs('already-ended'));
    assert.deepEqual(await tokens.get('acme', token.id), revoked);
  });

  test('P5 a token is seen and revoked in its own tenant only', async () => {
    const { tokens } = await openTestTenancy(await open());
    const { token } = await tokens.create('acme', { name: 'a' }, 'test');
    await assert.rejects(tokens.get('globex', token.id), refusedAs('not-found'));
    await assert.rejects(tokens.revoke('globex', token.id, 'test'), refusedAs('not-found'));
    assert.equal((await tokens.get('acme', token.id)).status, 'active');
  });

  test('P14 S7 an id that no token can have is a token that is not there', async () => {
    const { tokens } = await openTestTenancy(await open());
    for (const id of ['\0', 'a\0b', '', '\ud800', 'x'.repeat(5000), "'; drop table tenant; --"]) {
      await assert.rejects(tokens.get('acme', id), refusedAs('not-found'), JSON.stringify(id));
      await assert.rejects(tokens.revoke('acme', id, 'test'), refusedAs('not-found'), JSON.stringify(id));
    }
  });

  test('P14 S7 the token of a tenant that cannot be is not there', async () => {
    const { tokens } = await openTestTenancy(await open());
    const { token } = await tokens.create('acme', { name: 'a' }, 'test');
    for (const tenant of ['a\0b', '\0', '\ud800', '', 'ACME']) {
      await assert.rejects(tokens.get(tenant, token.id), refusedAs('not-found'), JSON.stringify(tenant));
      await assert.rejects(tokens.revoke(tenant, token.id, 'test'), refusedAs('not-found'), JSON.stringify(tenant));
    }
    assert.equal((await tokens.get('acme', token.id)).status, 'active');
  });

  test('an expired token is listed as expired, also after a reset', async () => {
    const { tokens, clock } = await openTestTenancy(await open());
    const expiresAt = new Date(clock.now().getTime() + 1000);
    await tokens.create('acme', { name: 'a', expiresAt }, 'test');
    clock.advanceMs(999);
    assert.equal((await tokens.list('acme', { limit: 1 }))[0]?.status, 'active');
    clock.advanceMs(1);
    assert.equal((await tokens.list('acme', { limit: 1 }))[0]?.status, 'expired');
    clock.advanceMs(1000);
    await tokens.reset('acme', { name: 'b' }, 'test');
    const [, first] = await tokens.list('acme', { limit: 2 });
    assert.deepEqual([first?.status, first?.endedAt], ['expired', expiresAt]);
  });

  test('pages show the newest first, without gap or repetition', async () => {
    const { tokens, clock } = await openTestTenancy(await open());
    for (let index = 0; index < 5; index++) {
      await tokens.create('acme', { name: `${index}` }, 'test');
      if (index % 2 === 1) clock.advanceMs(1000);
    }
    const first = await tokens.list('acme', { limit: 3 });
    const second = await tokens.list('acme', { limit: 3, after: first.at(-1)?.id });
    const names = [...first, ...second].map(({ name }) => name);
    assert.equal(names[0], '4');
    assert.deepEqual(names.sort(), ['0', '1', '2', '3', '4']);
  });

  const REFUSED: readonly [
    why: string,
    input: Parameters<Awaited<ReturnType<typeof openTestTenancy>>['tokens']['create']>[1],
  ][] = [
    ['without a name', { name: '  ' }],
    ['that expired before it was made', { name: 'a', expiresAt: new Date(0) }],
    ['with a time that is none', { name: 'a', expiresAt: new Date(Number.NaN) }],
    ['with a scope that does not exist', { name: 'a', scopes: ['everything'] }],
  ];

  test('a token that makes no sense is refused', async () => {
    const { tokens } = await openTestTenancy(await open());
    for (const [why, input] of REFUSED) {
      await assert.rejects(tokens.create('acme', input, 'test'), refusedAs('invalid-value'), why);
    }
    await assert.rejects(tokens.create('nobody', { name: 'a' }, 'test'), refusedAs('not-found'));
    assert.deepEqual(await tokens.list('acme', { limit: 10 }), []);
  });
});
