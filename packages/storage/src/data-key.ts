import { randomBytes } from 'node:crypto';
import type { Database, Queryable } from './database.ts';
import { decrypt, encrypt, SealError } from './envelope.ts';
import { type MasterKey, MasterKeyError } from './master-key.ts';
import { sql, statement } from './sql.ts';

/** A key that seals values, unwrapped. */
export interface DataKey {
  readonly id: number;
  readonly active: boolean;
  readonly bytes: () => Buffer;
}

interface DataKeyRow {
  readonly id: number;
  readonly master_key_id: string;
  readonly wrapped: Buffer;
  readonly active: boolean;
}

const KEY_BYTES = 32;
/** Any constant: processes that change keys do so one after the other. */
const LOCK_KEY = 7_265_116_657;

const wrapContext = (id: number): string => JSON.stringify(['rollcall', 'data_key', id]);

export async function readDataKeys(queryable: Queryable, masterKey: MasterKey): Promise<readonly DataKey[]> {
  return (await readRows(queryable)).map((row) => unwrap(row, masterKey));
}

async function readRows(queryable: Queryable): Promise<readonly DataKeyRow[]> {
  const { rows } = await queryable.query<DataKeyRow>(
    statement(sql`select id, master_key_id, wrapped, replaced_at is null as active from data_key order by id`),
  );
  return rows;
}

function unwrap(row: DataKeyRow, masterKey: MasterKey): DataKey {
  if (row.master_key_id !== masterKey.id) throw wrongMasterKey(row, masterKey);
  const bytes = unwrapBytes(row, masterKey);
  return { id: row.id, active: row.active, bytes: () => bytes };
}

function unwrapBytes(row: DataKeyRow, masterKey: MasterKey): Buffer {
  try {
    return decrypt(masterKey.bytes(), row.wrapped, wrapContext(row.id));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new SealError(`data key ${row.id} does not open though its master key is right: the row was changed`);
  }
}

const wrongMasterKey = (row: DataKeyRow, masterKey: MasterKey): MasterKeyError =>
  new MasterKeyError(
    `data key ${row.id} is wrapped by master key ${row.master_key_id}, and ROLLCALL_MASTER_KEY is ${masterKey.id}: ` +
      'give the key that the database was written with, or, to change keys, the old one as ROLLCALL_MASTER_KEY_PREVIOUS',
  );

/** Makes the first data key, unless there is one; processes may ask at once. */
export async function ensureActiveDataKey(database: Database, masterKey: MasterKey): Promise<void> {
  if (await hasActive(database)) return;
  await changeKeys(database, async (tx) => {
    if (!(await hasActive(tx))) await insertActive(tx, masterKey);
  });
}

async function hasActive(queryable: Queryable): Promise<boolean> {
  return (await queryable.query(statement(sql`select from data_key where replaced_at is null`))).rowCount > 0;
}

/** From now on new values are sealed with a new key; the old ones go on opening what they sealed. */
export async function replaceActiveDataKey(database: Database, masterKey: MasterKey): Promise<number> {
  return changeKeys(database, async (tx) => {
    await tx.query(statement(sql`update data_key set replaced_at = now() where replaced_at is null`));
    return insertActive(tx, masterKey);
  });
}

async function changeKeys<T>(database: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.query(statement(sql`select pg_advisory_xact_lock(${LOCK_KEY})`));
    return work(tx);
  });
}

/** The id is part of what is authenticated, so it is drawn before the row is written. */
async function insertActive(tx: Queryable, masterKey: MasterKey): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    statement(sql`select nextval(pg_get_serial_sequence('data_key', 'id'))::integer as id`),
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the database gave no id for a data key');
  const wrapped = encrypt(masterKey.bytes(), randomBytes(KEY_BYTES), wrapContext(id));
  await tx.query(
    statement(sql`
      insert into data_key (id, master_key_id, wrapped)
      overriding system value values (${id}, ${masterKey.id}, ${wrapped})`),
  );
  return id;
}

/**
 * Wraps every data key that `previous` wraps by `next`. Row by row: killed half way, the next call goes on, and
 * every row opens with one of the two. Sealed values stay as they are.
 *
 * @returns how many rows this call changed
 */
export async function rewrapDataKeys(database: Database, previous: MasterKey, next: MasterKey): Promise<number> {
  let count = 0;
  for (const row of await readRows(database)) {
    if (row.master_key_id === next.id) continue;
    if (row.master_key_id !== previous.id) throw wrongMasterKey(row, previous);
    const wrapped = encrypt(next.bytes(), unwrapBytes(row, previous), wrapContext(row.id));
    const result = await database.query(
      statement(sql`
        update data_key set wrapped = ${wrapped}, master_key_id = ${next.id}
        where id = ${row.id} and master_key_id = ${previous.id}`),
    );
    count += result.rowCount;
  }
  return count;
}
