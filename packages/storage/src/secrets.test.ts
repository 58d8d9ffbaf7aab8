import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { rewrapDataKeys } from './data-key.ts';
import type { Database } from './database.ts';
import { SealError } from './envelope.ts';
import { generateMasterKey, type MasterKey, MasterKeyError, parseMasterKey } from './master-key.ts';
import type { Migration } from './migration.ts';
import { keys } from './migrations/0000-keys.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import { openSecrets } from './open-database.ts';
import { resealAll, SEALED_COLUMNS, type SealedColumn } from './reseal.ts';
import { dataKeyIdOf, Secrets, sealContext } from './secrets.ts';
import { sql, statement } from './sql.ts';
import { eachDatabase, type OpenDatabase } from './testing/each-database.ts';
import { tempFolder } from './testing/temp-folder.ts';

const newKey = (): MasterKey => parseMasterKey(generateMasterKey());
const PLACE = { tenant: 'acme', table: 'application', column: 'secret_token', row: '17' };
const CONTEXT = sealContext(PLACE);
const PLAINTEXT = 'canary-6f1f3c1e';

eachDatabase('secrets', (open) => {
  describe('sealing', () => sealingSuite(open));
  describe('master key', () => masterKeySuite(open));
  describe('data keys', () => dataKeySuite(open));
});

function sealingSuite(open: OpenDatabase): void {
  let secrets: Secrets;
  before(async () => {
    secrets = await Secrets.open(await open({ migrations: [keys] }), { masterKey: newKey() });
  });

  it('I17 what was sealed comes back in its place', async () => {
    assert.equal(await secrets.open(await secrets.seal(PLAINTEXT, CONTEXT), CONTEXT), PLAINTEXT);
  });

  it('I17 any text comes back, and shows in no byte', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 8 });
    await fc.assert(
      fc.asyncProperty(text, async (plaintext) => {
        const sealed = await secrets.seal(plaintext, CONTEXT);
        assert.equal(sealed.includes(Buffer.from(plaintext)), false);
        assert.equal(await secrets.open(sealed, CONTEXT), plaintext);
      }),
    );
  });

  it('the same text is sealed differently each time', async () => {
    const sealed = await Promise.all(Array.from({ length: 50 }, () => secrets.seal(PLAINTEXT, CONTEXT)));
    assert.equal(new Set(sealed.map((each) => each.toString('hex'))).size, 50);
  });

  const MOVES = [
    ['tenant', { ...PLACE, tenant: 'globex' }],
    ['table', { ...PLACE, table: 'source' }],
    ['column', { ...PLACE, column: 'secret' }],
    ['row', { ...PLACE, row: '18' }],
    ['compound row', { ...PLACE, row: ['1', '7'] }],
    ['shifted parts', { ...PLACE, tenant: 'acme","application', table: 'secret_token' }],
  ] as const;
  for (const [title, place] of MOVES) {
    it(`I17 moved to another ${title} it does not open`, async () => {
      const sealed = await secrets.seal(PLAINTEXT, CONTEXT);
      await assert.rejects(secrets.open(sealed, sealContext(place)), SealError);
    });
  }

  it('I17 with any one bit changed it does not open', async () => {
    const sealed = await secrets.seal('x', CONTEXT);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      const at = bit >> 3;
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
      await assert.rejects(secrets.open(changed, CONTEXT), SealError);
    }
  });

  it('I17 cut short anywhere it does not open', async () => {
    const sealed = await secrets.seal('xyz', CONTEXT);
    for (let length = 0; length < sealed.length; length += 1) {
      await assert.rejects(secrets.open(sealed.subarray(0, length), CONTEXT), SealError);
    }
  });

  it('P6 an error quotes neither text nor key', async () => {
    const sealed = await secrets.seal(PLAINTEXT, CONTEXT);
    await assert.rejects(secrets.open(sealed, 'elsewhere'), (error: Error) => {
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /canary/);
      assert.equal(error.cause, undefined);
      return true;
    });
  });
}

function masterKeySuite(open: OpenDatabase): void {
  it('I17 another master key is refused, and both are named by their ids', async () => {
    const database = await open({ migrations: [keys] });
    const first = newKey();
    const second = newKey();
    await Secrets.open(database, { masterKey: first });
    await assert.rejects(Secrets.open(database, { masterKey: second }), (error: unknown) => {
      assert.ok(error instanceof MasterKeyError);
      assert.match(error.message, new RegExp(`${first.id}.*${second.id}.*ROLLCALL_MASTER_KEY_PREVIOUS`));
      return true;
    });
  });

  it('I17 with the previous one given, keys are wrapped anew and every value still opens', async () => {
    const database = await open({ migrations: [keys] });
    const [first, second] = [newKey(), newKey()];
    const before = await Secrets.open(database, { masterKey: first });
    const sealed = await before.seal(PLAINTEXT, CONTEXT);
    await before.rotate();
    const after = await Secrets.open(database, { masterKey: second, previousMasterKey: first });
    assert.equal(await after.open(sealed, CONTEXT), PLAINTEXT);
    await assert.rejects(Secrets.open(database, { masterKey: first }), MasterKeyError);
    await Secrets.open(database, { masterKey: second });
  });

  it('I17 a change of master key that stopped half way goes on', async () => {
    const database = await open({ migrations: [keys] });
    const [first, second] = [newKey(), newKey()];
    const secrets = await Secrets.open(database, { masterKey: first });
    const sealed = await secrets.seal(PLAINTEXT, CONTEXT);
    await secrets.rotate();
    await secrets.rotate();
    await rewrapFirstRowOnly(database, first, second);
    assert.equal(await rewrapDataKeys(database, first, second), 2);
    assert.equal(await rewrapDataKeys(database, first, second), 0);
    assert.equal(await (await Secrets.open(database, { masterKey: second })).open(sealed, CONTEXT), PLAINTEXT);
  });

  it('I17 wrapped keys that were exchanged do not open', async () => {
    const database = await open({ migrations: [keys] });
    const masterKey = newKey();
    await (await Secrets.open(database, { masterKey })).rotate();
    await database.query(statement(sql`update data_key a set wrapped = b.wrapped from data_key b where a.id <> b.id`));
    await assert.rejects(Secrets.open(database, { masterKey }), SealError);
  });

  it('with DATABASE_URL a master key is demanded', async () => {
    const database = await open({ migrations: [keys] });
    await assert.rejects(openSecrets(database, { databaseUrl: 'postgresql://db/rollcall', dataDir: './data' }), {
      name: 'MasterKeyError',
      message: /openssl rand -base64 32/,
    });
  });

  it('with a folder it is made there, and found there again', async () => {
    await using folder = await tempFolder();
    const database = await open({ migrations: [keys] });
    const sealed = await (await openSecrets(database, { dataDir: folder.path })).seal(PLAINTEXT, CONTEXT);
    assert.equal(await (await openSecrets(database, { dataDir: folder.path })).open(sealed, CONTEXT), PLAINTEXT);
  });
}

/** What a process does that is killed after its first row. */
async function rewrapFirstRowOnly(database: Database, previous: MasterKey, next: MasterKey): Promise<void> {
  const stop = new Error('killed');
  let updates = 0;
  const dying: Database = {
    ...pick(database),
    query: (given) => {
      if (given.text.includes('update') && ++updates > 1) return Promise.reject(stop);
      return database.query(given);
    },
  };
  await assert.rejects(rewrapDataKeys(dying, previous, next), stop);
}

const pick = (database: Database): Omit<Database, 'query'> => ({
  kind: database.kind,
  durable: database.durable,
  transaction: (work) => database.transaction(work),
  poolState: () => database.poolState(),
  close: () => database.close(),
});

const VAULT: Migration = {
  id: 1,
  name: 'vault',
  up: 'create table vault (tenant text, part integer, name text, sealed bytea, primary key (tenant, part, name))',
};
const VAULT_COLUMN: SealedColumn = { table: 'vault', column: 'sealed', keyColumns: ['part', 'name'] };
const vaultContext = (part: number): string =>
  sealContext({ tenant: 'acme', table: 'vault', column: 'sealed', row: [String(part), 'n'] });

async function fillVault(database: Database, secrets: Secrets, count: number): Promise<void> {
  for (let part = 0; part < count; part += 1) {
    const sealed = part % 10 === 9 ? null : await secrets.seal(`value ${part}`, vaultContext(part));
    await database.query(statement(sql`insert into vault values ('acme', ${part}, 'n', ${sealed})`));
  }
}

async function assertVaultOpens(database: Database, secrets: Secrets, keyId: number | undefined): Promise<void> {
  const { rows } = await database.query<{ part: number; sealed: Buffer }>(
    statement(sql`select part, sealed from vault where sealed is not null`),
  );
  for (const { part, sealed } of rows) {
    if (keyId !== undefined) assert.equal(dataKeyIdOf(sealed), keyId);
    assert.equal(await secrets.open(sealed, vaultContext(part)), `value ${part}`);
  }
}

function dataKeySuite(open: OpenDatabase): void {
  const openVault = () => open({ migrations: [keys, VAULT] });

  it('processes that start at once make one key', async () => {
    const database = await open({ migrations: [keys] });
    const masterKey = newKey();
    const opened = await Promise.all(Array.from({ length: 5 }, () => Secrets.open(database, { masterKey })));
    const ids = await Promise.all(opened.map(async (each) => dataKeyIdOf(await each.seal('x', CONTEXT))));
    assert.equal(new Set(ids).size, 1);
    assert.equal((await database.query({ text: 'select from data_key', values: [] })).rowCount, 1);
  });

  it('a value sealed with a key that another process made is opened, inside of a transaction too', async () => {
    const database = await open({ migrations: [keys] });
    const masterKey = newKey();
    const [ours, theirs] = [await Secrets.open(database, { masterKey }), await Secrets.open(database, { masterKey })];
    await theirs.rotate();
    const sealed = await theirs.seal(PLAINTEXT, CONTEXT);
    assert.equal(await database.transaction((tx) => ours.open(sealed, CONTEXT, tx)), PLAINTEXT);
  });

  it('I17 after a rotation all values are sealed anew, in batches, with nulls left alone', async () => {
    const database = await openVault();
    const secrets = await Secrets.open(database, { masterKey: newKey() });
    await fillVault(database, secrets, 250);
    const id = await secrets.rotate();
    await assertVaultOpens(database, secrets, undefined);
    assert.deepEqual(await resealAll(database, secrets, [VAULT_COLUMN]), { resealed: 225, removedKeys: 0 });
    await assertVaultOpens(database, secrets, id);
    assert.deepEqual(await resealAll(database, secrets, [VAULT_COLUMN]), { resealed: 0, removedKeys: 0 });
  });

  it('I17 a rotation that stopped half way goes on', async () => {
    const database = await openVault();
    const secrets = await Secrets.open(database, { masterKey: newKey() });
    await fillVault(database, secrets, 220);
    const id = await secrets.rotate();
    let batches = 0;
    const dying: Database = {
      ...pick(database),
      query: (given) => database.query(given),
      transaction: (work) => (++batches > 1 ? Promise.reject(new Error('killed')) : database.transaction(work)),
    };
    await assert.rejects(resealAll(dying, secrets, [VAULT_COLUMN]), /killed/);
    await assertVaultOpens(database, secrets, undefined);
    assert.deepEqual(await resealAll(database, secrets, [VAULT_COLUMN]), { resealed: 98, removedKeys: 0 });
    await assertVaultOpens(database, secrets, id);
  });

  it('I17 an old key is removed only when no value needs it and a week has gone', async () => {
    const database = await openVault();
    const secrets = await Secrets.open(database, { masterKey: newKey() });
    await fillVault(database, secrets, 1);
    await secrets.rotate();
    await secrets.rotate();
    const age = (days: number) =>
      database.query(
        statement(sql`
          update data_key set replaced_at = now() - ${days} * interval '1 day' where replaced_at is not null`),
      );
    await age(6);
    assert.deepEqual(await resealAll(database, secrets, [VAULT_COLUMN]), { resealed: 1, removedKeys: 0 });
    await age(8);
    assert.deepEqual(await resealAll(database, secrets, [VAULT_COLUMN]), { resealed: 0, removedKeys: 2 });
    await assertVaultOpens(database, secrets, undefined);
  });

  it('I17 a key that a value needs stays, however old', async () => {
    const database = await openVault();
    const secrets = await Secrets.open(database, { masterKey: newKey() });
    await fillVault(database, secrets, 1);
    await secrets.rotate();
    await database.query({
      text: `update data_key set replaced_at = '2000-01-01' where replaced_at is not null`,
      values: [],
    });
    const notResealed: SealedColumn = { ...VAULT_COLUMN };
    const counts = await resealAll(onlyRemoving(database), secrets, [notResealed]);
    assert.equal(counts.removedKeys, 0);
    await assertVaultOpens(database, secrets, undefined);
  });
}

/** A database on which no batch finds anything to do. */
const onlyRemoving = (database: Database): Database => ({
  ...pick(database),
  query: (given) => database.query(given),
  transaction: async <T>() => 0 as T,
});

/** Columns of bytes that are no sealed values: hashes of tokens, and the wrapped keys themselves. */
const NOT_SEALED = new Set(['data_key.wrapped']);

eachDatabase('sealed columns', (open) => {
  it('I17 every column of bytes is a hash, or is listed as sealed', async () => {
    const database = await open({ migrations: allMigrations });
    const { rows } = await database.query<{ name: string }>({
      text: `select table_name || '.' || column_name as name from information_schema.columns
             where table_schema = 'public' and data_type = 'bytea' order by 1`,
      values: [],
    });
    const sealed = new Set(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`));
    const unknown = rows.map(({ name }) => name).filter((name) => !NOT_SEALED.has(name) && !isHash(name));
    assert.deepEqual(new Set(unknown), sealed);
  });
});

const isHash = (name: string): boolean => /[._](?:hash|digest|hmac)$/.test(name);
