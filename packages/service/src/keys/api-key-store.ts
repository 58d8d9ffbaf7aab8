import { type Database, type Queryable, sql, statement } from '@rollcall/storage';
import type { Clock } from '../credentials/clock.ts';
import { isCredentialId, type NewCredential, newCredential } from '../credentials/credential.ts';
import { checkExpiry } from '../credentials/expiry.ts';
import { checkDisplayText } from '../tenants/display-text.ts';
import { Refusal } from '../tenants/refusal.ts';
import { SLUG_FORM } from '../tenants/slug.ts';
import { lockTenant } from '../tenants/tenant-store.ts';
import { type ApiKey, type ApiKeyRow, apiKeyFromRow, OPERATOR } from './api-key.ts';

export interface NewApiKey {
  readonly name: string;
  /** Never, when absent. */
  readonly expiresAt?: Date | undefined;
}

/** A key at the only moment at which its text is known. */
export interface CreatedApiKey {
  readonly key: ApiKey;
  /** `rk_<id>_<random>`. */
  readonly text: string;
}

export interface ApiKeyPage {
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after?: string | undefined;
}

export interface ApiKeyStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Told when a key ended. */
  readonly onEnd: (id: string) => void;
}

const PAGE_MAX = 1000;

/**
 * Keys of the admin API. `tenant` is a slug for a tenant's keys, and undefined for the operator's: each set is
 * seen and changed on its own.
 */
export class ApiKeyStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #onEnd: (id: string) => void;

  constructor(options: ApiKeyStoreOptions) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#onEnd = options.onEnd;
  }

  /** @throws {Refusal} `not-found`: the tenant; `invalid-value`: name or expiry */
  async create(tenant: string | undefined, input: NewApiKey, actor: string): Promise<CreatedApiKey> {
    return this.#database.transaction(async (tx) => {
      if (tenant !== undefined) await lockTenant(tx, tenant);
      return this.#insert(tx, tenant ?? OPERATOR, input, actor);
    });
  }

  /** Newest first, ended ones included. */
  async list(tenant: string | undefined, page: ApiKeyPage): Promise<readonly ApiKey[]> {
    const limit = Math.min(page.limit, PAGE_MAX);
    const { rows } = await this.#database.query<ApiKeyRow>(selectPage(tenant ?? OPERATOR, page.after ?? '', limit));
    const now = this.#clock.now();
    return rows.map((row) => apiKeyFromRow(row, now));
  }

  /** @throws {Refusal} `not-found`; `already-ended` */
  async revoke(tenant: string | undefined, id: string): Promise<ApiKey> {
    const isTenant = tenant === undefined || SLUG_FORM.test(tenant);
    if (!isTenant || !isCredentialId(id)) throw unknownKey(id);
    const now = this.#clock.now();
    const { rows } = await this.#database.query<ApiKeyRow>(revokeOne(tenant ?? OPERATOR, id, now));
    this.#onEnd(id);
    const [row] = rows;
    if (row !== undefined) return apiKeyFromRow(row, now);
    throw await this.#revocationRefusal(tenant ?? OPERATOR, id);
  }

  async #revocationRefusal(tenant: string, id: string): Promise<Refusal> {
    const { rows } = await this.#database.query<ApiKeyRow>(selectOne(tenant, id));
    const [row] = rows;
    if (row === undefined) return unknownKey(id);
    return new Refusal(
      'already-ended',
      `key ${id} was revoked at ${row.revoked_at?.toISOString() ?? 'an earlier time'}.`,
    );
  }

  async #insert(tx: Queryable, tenant: string, input: NewApiKey, actor: string): Promise<CreatedApiKey> {
    const now = this.#clock.now();
    const name = checkDisplayText(input.name, 'name');
    const expiresAt = checkExpiry(input.expiresAt, now);
    const credential = newCredential('rk');
    const { rows } = await tx.query<ApiKeyRow>(insertKey(tenant, credential, { name, expiresAt, now, actor }));
    const [row] = rows;
    if (row === undefined) throw new Error('the database stored no key, and said nothing');
    return { key: apiKeyFromRow(row, now), text: credential.text };
  }
}

interface CheckedKey {
  readonly name: string;
  readonly expiresAt: Date | undefined;
  readonly now: Date;
  readonly actor: string;
}

const unknownKey = (id: string): Refusal =>
  new Refusal('not-found', `no key ${JSON.stringify(id.slice(0, 40))} is there.`);

const COLUMNS = sql`tenant, id, name, created_at, created_by, expires_at, revoked_at, last_used_at`;

const insertKey = (tenant: string, { id, hash }: NewCredential, key: CheckedKey) =>
  statement(
    sql`insert into api_key (tenant, id, name, hash, created_at, created_by, expires_at)
        values (${tenant}, ${id}, ${key.name}, ${hash}, ${key.now}, ${key.actor}, ${key.expiresAt ?? null})
        returning ${COLUMNS}`,
    'key-insert',
  );

const selectPage = (tenant: string, after: string, limit: number) =>
  statement(
    sql`select ${COLUMNS} from api_key
        where tenant = ${tenant}
          and (${after} = '' or (created_at, id) <
               (select created_at, id from api_key where tenant = ${tenant} and id = ${after}))
        order by created_at desc, id desc
        limit ${limit}`,
    'key-list',
  );

const selectOne = (tenant: string, id: string) =>
  statement(sql`select ${COLUMNS} from api_key where tenant = ${tenant} and id = ${id}`, 'key-get');

const revokeOne = (tenant: string, id: string, now: Date) =>
  statement(
    sql`update api_key set revoked_at = ${now}
        where tenant = ${tenant} and id = ${id} and revoked_at is null
        returning ${COLUMNS}`,
    'key-revoke',
  );
