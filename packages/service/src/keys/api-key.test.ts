import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '@rollcall/storage/testing';
import { newCredential } from '../credentials/credential.ts';
import type { Refusal } from '../tenants/refusal.ts';
import { createTenancy } from '../tenants/tenancy.ts';
import { emptiedFor, openTestTenancy } from '../testing/test-tenancy.ts';

const refusedAs = (code: Refusal['code']) => (error: unknown) =>
  error instanceof Error && error.name === 'Refusal' && (error as Refusal).code === code;

const withKey = (text: string | undefined) => ({
  authorization: text === undefined ? undefined : `Bearer ${text}`,
  address: '192.0.2.7',
});

const BOOTSTRAP = 'bootstrap-key-of-the-tests-0123456789';

eachDatabase('keys of the admin API', (openNew) => {
  const open = emptiedFor(openNew);

  test('an operator key is an operator, a tenant key its tenant', async () => {
    const { keys, keyAuthenticator } = await openTestTenancy(await open());
    const operator = await keys.create(undefined, { name: 'terraform' }, 'test');
    const tenant = await keys.create('acme', { name: 'script' }, 'test');
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(operator.text)), {
      outcome: 'accepted',
      principal: { kind: 'operator', keyId: operator.key.id },
    });
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(tenant.text)), {
      outcome: 'accepted',
      principal: { kind: 'tenant', keyId: tenant.key.id, tenant: 'acme' },
    });
  });

  test('no key, a wrong key and a provisioning token open nothing', async () => {
    const { tokens, keyAuthenticator } = await openTestTenancy(await open());
    const token = await tokens.create('acme', { name: 'a' }, 'test');
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(undefined)), { outcome: 'missing' });
    for (const text of [newCredential('rk').text, token.text, BOOTSTRAP, '']) {
      assert.deepEqual(await keyAuthenticator.authenticate(withKey(text)), { outcome: 'refused' }, text);
    }
  });

  test('S20 a revoked and an expired key stop at once, and say why to who holds them', async () => {
    const { keys, keyAuthenticator, clock } = await openTestTenancy(await open());
    const expiresAt = new Date(clock.now().getTime() + 100);
    const revoked = await keys.create('acme', { name: 'a' }, 'test');
    const expiring = await keys.create('acme', { name: 'b', expiresAt }, 'test');
    for (const { text } of [revoked, expiring]) {
      assert.equal((await keyAuthenticator.authenticate(withKey(text))).outcome, 'accepted');
    }
    await keys.revoke('acme', revoked.key.id);
    clock.advanceMs(100);
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(revoked.text)), {
      outcome: 'ended',
      keyId: revoked.key.id,
      status: 'revoked',
    });
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(expiring.text)), {
      outcome: 'ended',
      keyId: expiring.key.id,
      status: 'expired',
    });
  });

  test('P5 the keys of one tenant, of another and of the operator do not see each other', async () => {
    const { keys } = await openTestTenancy(await open());
    const made = [
      [undefined, await keys.create(undefined, { name: 'operator' }, 'test')],
      ['acme', await keys.create('acme', { name: 'acme' }, 'test')],
      ['globex', await keys.create('globex', { name: 'globex' }, 'test')],
    ] as const;
    for (const [owner, { key }] of made) {
      assert.deepEqual(await keys.list(owner, { limit: 10 }), [key]);
      for (const [other] of made) {
        if (other !== owner) await assert.rejects(keys.revoke(other, key.id), refusedAs('not-found'));
      }
    }
  });

  test('a key of a disabled tenant opens nothing', async () => {
    const { keys, tenants, keyAuthenticator } = await openTestTenancy(await open());
    const { text } = await keys.create('acme', { name: 'a' }, 'test');
    await keyAuthenticator.authenticate(withKey(text));
    await tenants.update('acme', { disabled: true });
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(text)), { outcome: 'refused' });
  });

  test('revoking twice is told, and a key for no tenant is not made', async () => {
    const { keys } = await openTestTenancy(await open());
    const { key } = await keys.create('acme', { name: 'a' }, 'test');
    await keys.revoke('acme', key.id);
    await assert.rejects(keys.revoke('acme', key.id), refusedAs('already-ended'));
    await assert.rejects(keys.create('nobody', { name: 'a' }, 'test'), refusedAs('not-found'));
    await assert.rejects(keys.create('', { name: 'a' }, 'test'), refusedAs('not-found'));
  });

  test('P14 S7 an id that no key can have is a key that is not there', async () => {
    const { keys } = await openTestTenancy(await open());
    for (const id of ['\0', 'a\0b', '', '\ud800', 'x'.repeat(5000)]) {
      await assert.rejects(keys.revoke('acme', id), { name: 'Refusal', code: 'not-found' }, JSON.stringify(id));
    }
  });

  test('P14 S7 the key of a tenant that cannot be is not there', async () => {
    const { keys } = await openTestTenancy(await open());
    const { key } = await keys.create('acme', { name: 'a' }, 'test');
    for (const tenant of ['a\0b', '\0', '\ud800', '', 'ACME']) {
      await assert.rejects(keys.revoke(tenant, key.id), { name: 'Refusal', code: 'not-found' }, JSON.stringify(tenant));
    }
    assert.equal((await keys.revoke('acme', key.id)).status, 'revoked');
  });

  test('the last use of a key is written', async () => {
    const tenancy = await openTestTenancy(await open());
    const { text } = await tenancy.keys.create(undefined, { name: 'a' }, 'test');
    await tenancy.keyAuthenticator.authenticate(withKey(text));
    await tenancy.close();
    assert.deepEqual((await tenancy.keys.list(undefined, { limit: 1 }))[0]?.lastUsedAt, tenancy.clock.now());
  });

  test('the bootstrap key is an operator from the first start, and no part of it is', async () => {
    const { keyAuthenticator } = await openTestTenancy(await open(), { bootstrapKey: BOOTSTRAP });
    assert.deepEqual(await keyAuthenticator.authenticate(withKey(BOOTSTRAP)), {
      outcome: 'accepted',
      principal: { kind: 'operator', keyId: 'bootstrap' },
    });
    for (const text of [BOOTSTRAP.slice(1), BOOTSTRAP.slice(0, -1), `${BOOTSTRAP}0`, BOOTSTRAP.toUpperCase()]) {
      assert.deepEqual(await keyAuthenticator.authenticate(withKey(text)), { outcome: 'refused' }, text);
    }
  });

  test('S18 a bootstrap key that could be guessed is refused at the start', async () => {
    const database = await open();
    for (const bootstrapKey of ['', 'secret', 'x'.repeat(31)]) {
      assert.throws(() => createTenancy({ database, bootstrapKey, onError: assert.ifError }), TypeError);
    }
  });
});
