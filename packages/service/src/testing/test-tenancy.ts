import assert from 'node:assert/strict';
import { type Database, sql, statement } from '@rollcall/storage';
import type { OpenDatabase } from '@rollcall/storage/testing';
import { createTenancy, type Tenancy, type TenancyOptions } from '../tenants/tenancy.ts';
import { ManualClock } from './manual-clock.ts';
import { openedBefore } from './shared-database.ts';

export interface TestTenancy extends Tenancy {
  readonly database: Database;
  readonly clock: ManualClock;
}

/** A tenancy with the tenants `acme` and `globex`, on a clock that stands still. Errors of last uses fail the test. */
export async function openTestTenancy(database: Database, options: Partial<TenancyOptions> = {}): Promise<TestTenancy> {
  const clock = new ManualClock();
  const tenancy = createTenancy({
    database,
    clock,
    lastUseIntervalMs: 3_600_000,
    onError: (error) => assert.ifError(error),
    ...options,
  });
  for (const slug of ['acme', 'globex']) await tenancy.tenants.create({ slug, name: slug });
  return { ...tenancy, database, clock };
}

/** A token request as a client behind one address sends it. */
export const requestWith = (tenant: string, text: string | undefined) => ({
  tenant,
  authorization: text === undefined ? undefined : `Bearer ${text}`,
  address: '192.0.2.7',
  agent: 'test client',
});

/** One database for the tests of a suite, which run one after the other: emptied for each, since opening takes long. */
export function emptiedFor(open: OpenDatabase): () => Promise<Database> {
  const opened = openedBefore(open);
  return async () => {
    const database = await opened();
    await database.query(statement(sql`truncate tenant, api_key, history, history_member, outbox cascade`));
    return database;
  };
}
