import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '@rollcall/storage/testing';
import { emptiedFor, openTestTenancy } from '../testing/test-tenancy.ts';
import { UserDirectory } from './user-directory.ts';

eachDatabase('accounts made by hand', (openNew) => {
  const open = emptiedFor(openNew);

  test('P14 S7 a userName that no account can have finds none', async () => {
    const { database } = await openTestTenancy(await open());
    const users = new UserDirectory(database);
    for (const userName of ['\0', 'a\0b', '\ud800', 'x\udc00']) {
      assert.deepEqual(await users.list('acme', { limit: 10, userName }), [], JSON.stringify(userName));
    }
  });
});
