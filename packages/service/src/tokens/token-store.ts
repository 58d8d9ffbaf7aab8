import { crashpoint, type Database, type Queryable, sql, statement } from '@rollcall/storage';
import type { Clock } from '../credentials/clock.ts';
import { isCredentialId, type NewCredential, newCredential } from '../credentials/credential.ts';
import { checkExpiry } from '../credentials/expiry.ts';
import { checkDisplayText } from '../tenants/display-text.ts';
import { Refusal } from '../tenants/refusal.ts';
import { SLUG_FORM } from '../tenants/slug.ts';
import { getTenant, lockTenant } from '../tenants/tenant-store.ts';
import { checkScopes, type Token, type TokenRow, type TokenScope, tokenFromRow } from './token.ts';

export interface NewToken {
  readonly name: string;
  /** Never, when absent. */
  readonly expiresAt?: Date | undefined;
  /** None means full access to the endpoint. */
  readonly scopes?: readonly string[] | undefined;
}

/** A token at the only moment at which its text is known. */
export interface CreatedToken {
  readonly token: Token;
  /** `rc_<id>_<random>`. */
  readonly text: string;
}

export interface TokenPage {
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after?: string | undefined;
}

export interface TokenStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Told when tokens of a tenant ended: one, or without an id all of them. */
  readonly onEnd: (tenant: string, id?: string) => void;
}

const PAGE_MAX = 1000;

/** Provisioning tokens of tenants: several may be valid at once, and ended ones stay listed. */
export class TokenStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #onEnd: (tenant: string, id?: string) => void;

  constructor(options: TokenStoreOptions) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#onEnd = options.onEnd;
  }

  /** @throws {Refusal} `not-found`: the tenant; `invalid-value`: name, expiry or scopes */
  async create(tenant: string, input: NewToken, actor: string): Promise<CreatedToken> {
    const created = await this.#database.transaction(async (tx) => {
      await lockTenant(tx, tenant);
      return this.#insert(tx, tenant, input, actor);
    });
    crashpoint('token-created');
    return created;
  }

  /**
   * Makes a token and ends all earlier ones, in one transaction: there is no moment with none or with both.
   * Two resets at the same time leave one valid token, the later one's.
   *
   * @throws {Refusal} as `create`
   */
  async reset(tenant: string, input: NewToken, actor: string): Promise<CreatedToken> {
    const created = await this.#database.transaction(async (tx) => {
      await lockTenant(tx, tenant);
      await tx.query(endAll(tenant, this.#clock.now(), actor));
      return this.#insert(tx, tenant, input, actor);
    });
    this.#onEnd(tenant);
    return created;
  }

  /**
   * Ends one token.
   *
   * @throws {Refusal} `not-found`; `already-ended`: it was revoked or reset before
   */
  async revoke(tenant: string, id: string, actor: string): Promise<Token> {
    if (!SLUG_FORM.test(tenant) || !isCredentialId(id)) throw unknownToken(tenant, id);
    const now = this.#clock.now();
    const { rows } = await this.#database.query<TokenRow>(endOne(tenant, id, now, actor));
    this.#onEnd(tenant, id);
    const [row] = rows;
    if (row !== undefined) return tokenFromRow(row, now);
    const token = await this.get(tenant, id);
    throw new Refusal('already-ended', `token ${id} ended at ${token.endedAt?.toISOString() ?? 'an earlier time'}.`);
  }

  /** Newest first, ended ones included. @throws {Refusal} `not-found`: the tenant */
  async list(tenant: string, page: TokenPage): Promise<readonly Token[]> {
    await getTenant(this.#database, tenant);
    const limit = Math.min(page.limit, PAGE_MAX);
    const { rows } = await this.#database.query<TokenRow>(selectPage(tenant, page.after ?? '', limit));
    const now = this.#clock.now();
    return rows.map((row) => tokenFromRow(row, now));
  }

  /** @throws {Refusal} `not-found` */
  async get(tenant: string, id: string): Promise<Token> {
    if (!SLUG_FORM.test(tenant) || !isCredentialId(id)) throw unknownToken(tenant, id);
    const { rows } = await this.#database.query<TokenRow>(selectOne(tenant, id));
    const [row] = rows;
    if (row !== undefined) return tokenFromRow(row, this.#clock.now());
    throw unknownToken(tenant, id);
  }

  async #insert(tx: Queryable, tenant: string, input: NewToken, actor: string): Promise<CreatedToken> {
    const now = this.#clock.now();
    const name = checkDisplayText(input.name, 'name');
    const scopes = checkScopes(input.scopes ?? []);
    const expiresAt = checkExpiry(input.expiresAt, now);
    const credential = newCredential('rc');
    const { rows } = await tx.query<TokenRow>(insertToken(tenant, credential, { name, scopes, expiresAt, now, actor }));
    const [row] = rows;
    if (row === undefined) throw new Error('the database stored no token, and said nothing');
    return { token: tokenFromRow(row, now), text: credential.text };
  }
}

const unknownToken = (tenant: string, id: string): Refusal =>
  new Refusal(
    'not-found',
    `tenant ${JSON.stringify(tenant.slice(0, 80))} has no token ${JSON.stringify(id.slice(0, 40))}.`,
  );

interface CheckedToken {
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date | undefined;
  readonly now: Date;
  readonly actor: string;
}

const COLUMNS = sql`tenant, id, name, scopes, created_at, created_by, expires_at, ended_at, ended_by, end_reason,
  last_used_at, last_used_address, last_used_agent`;

const insertToken = (tenant: string, { id, hash }: NewCredential, token: CheckedToken) =>
  statement(
    sql`insert into provisioning_token (tenant, id, name, hash, scopes, created_at, created_by, expires_at)
        values (${tenant}, ${id}, ${token.name}, ${hash}, ${token.scopes}, ${token.now}, ${token.actor},
                ${token.expiresAt ?? null})
        returning ${COLUMNS}`,
    'token-insert',
  );

const endAll = (tenant: string, now: Date, actor: string) =>
  statement(
    sql`update provisioning_token
        set ended_at = ${now}, ended_by = ${actor}, end_reason = 'reset'
        where tenant = ${tenant} and ended_at is null`,
    'token-end-all',
  );

const endOne = (tenant: string, id: string, now: Date, actor: string) =>
  statement(
    sql`update provisioning_token
        set ended_at = ${now}, ended_by = ${actor}, end_reason = 'revoked'
        where tenant = ${tenant} and id = ${id} and ended_at is null
        returning ${COLUMNS}`,
    'token-end-one',
  );

const selectPage = (tenant: string, after: string, limit: number) =>
  statement(
    sql`select ${COLUMNS} from provisioning_token
        where tenant = ${tenant}
          and (${after} = '' or (created_at, id) <
               (select created_at, id from provisioning_token where tenant = ${tenant} and id = ${after}))
        order by created_at desc, id desc
        limit ${limit}`,
    'token-list',
  );

const selectOne = (tenant: string, id: string) =>
  statement(sql`select ${COLUMNS} from provisioning_token where tenant = ${tenant} and id = ${id}`, 'token-get');
