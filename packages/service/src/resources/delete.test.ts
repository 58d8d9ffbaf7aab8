import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Queryable, sql, statement } from '@rollcall/storage';
import { addUsers } from '../members/quick-change.ts';
import { POLICY_PRESETS } from '../tenants/policy-presets.ts';
import { GROUP, USER } from '../testing/bodies.ts';
import { openEndpoint, type TestEndpoint } from '../testing/endpoint.ts';
import { onSharedDatabase } from '../testing/shared-database.ts';

/** A user, and a group that he is in where `isMember` says so. */
async function makePair(endpoint: TestEndpoint, isMember: boolean) {
  const { json: user } = await endpoint.ask('POST', '/Users', { schemas: [USER], userName: 'leaver' });
  const members = isMember ? [{ value: user.id }] : [];
  const { json: group } = await endpoint.ask('POST', '/Groups', { schemas: [GROUP], displayName: 'crew', members });
  return { userId: String(user.id), groupId: String(group.id) };
}

const lockRow = (tx: Queryable, id: string, lock: 'FOR UPDATE' | 'FOR KEY SHARE NOWAIT') =>
  tx.query(
    lock === 'FOR UPDATE'
      ? statement(sql`SELECT 1 FROM resource WHERE id = ${id} FOR UPDATE`)
      : statement(sql`SELECT 1 FROM resource WHERE id = ${id} FOR KEY SHARE NOWAIT`),
  );

/** Asks until another connection waits for this transaction: what was sent has come as far as it can. */
async function untilSomebodyWaits(tx: Queryable): Promise<void> {
  for (let left = 5_000; left > 0; left -= 1) {
    const { rows } = await tx.query(
      statement(sql`SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))`),
    );
    if (rows.length > 0) return;
  }
  throw new Error('nobody waits for this transaction');
}

onSharedDatabase('deleting a user beside writers of his groups', (open, kind) => {
  // The embedded database has one connection: there, nobody is beside anybody.
  if (kind === 'pglite') return;

  test('the deletion waits for who writes a group of his, and holds nothing that the writer needs', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const { userId, groupId } = await makePair(endpoint, true);
    const locked = Promise.withResolvers<void>();
    const writer = db.transaction(async (tx) => {
      await lockRow(tx, groupId, 'FOR UPDATE');
      locked.resolve();
      await untilSomebodyWaits(tx);
      // A writer who adds members shares their rows.
      await lockRow(tx, userId, 'FOR KEY SHARE NOWAIT');
    });
    await locked.promise;
    const [answer] = await Promise.all([endpoint.ask('DELETE', `/Users/${userId}`), writer]);
    assert.equal(answer.status, 204);
    assert.deepEqual(endpoint.errors, []);
  });

  test('a group that the user joins while his deletion waits gets a new version and remembers that he left', async () => {
    const db = await open();
    await using endpoint = await openEndpoint(db);
    const { userId, groupId } = await makePair(endpoint, false);
    const context = {
      tenant: endpoint.tenant,
      policy: POLICY_PRESETS.entra,
      actor: 'token:test',
      requestId: 'join',
      baseUrl: '',
      now: new Date(),
    };
    const added = Promise.withResolvers<void>();
    const writer = db.transaction(async (tx) => {
      await addUsers(tx, context, groupId, [userId]);
      added.resolve();
      await untilSomebodyWaits(tx);
    });
    await added.promise;
    const [answer] = await Promise.all([endpoint.ask('DELETE', `/Users/${userId}`), writer]);
    assert.equal(answer.status, 204);
    const { rows } = await db.query<{ added: boolean }>(
      statement(sql`SELECT d.added FROM history_member d JOIN history h ON h.tenant = d.tenant AND h.id = d.history_id
        WHERE h.tenant = ${endpoint.tenant} AND h.resource_id = ${groupId} ORDER BY h.id`),
    );
    assert.deepEqual(
      rows.map(({ added }) => added),
      [true, false],
    );
    assert.equal((await endpoint.ask('GET', `/Groups/${groupId}`)).json.meta.version, 'W/"3"');
  });
});
