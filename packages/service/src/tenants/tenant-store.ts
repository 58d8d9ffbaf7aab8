import { type Database, type Queryable, sql, statement } from '@rollcall/storage';
import type { Clock } from '../credentials/clock.ts';
import { checkDisplayText } from './display-text.ts';
import { changePolicyInput, type PolicyInput, policyFromInput } from './policy-input.ts';
import { DEFAULT_PRESET } from './policy-presets.ts';
import { Refusal } from './refusal.ts';
import { checkSlug, SLUG_FORM } from './slug.ts';
import { type Tenant, type TenantRow, tenantFromRow } from './tenant.ts';
import { eraseTenant } from './tenant-erasure.ts';

export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  /** The preset `entra` when absent. */
  readonly policy?: PolicyInput | undefined;
}

export interface TenantChange {
  readonly name?: string | undefined;
  readonly policy?: PolicyInput | undefined;
  readonly disabled?: boolean | undefined;
}

export interface TenantPage {
  readonly limit: number;
  /** The slug after which the page begins. */
  readonly after?: string | undefined;
}

export interface TenantStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Told of every tenant whose rules or state changed, so that nothing remembered outlives it. */
  readonly onChange: (slug: string) => void;
}

const PAGE_MAX = 1000;

export class TenantStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #onChange: (slug: string) => void;

  constructor(options: TenantStoreOptions) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  /** @throws {Refusal} `invalid-value`, or `already-exists` when the slug is taken */
  async create(input: NewTenant): Promise<Tenant> {
    const slug = checkSlug(input.slug);
    const name = checkDisplayText(input.name, 'name');
    const policy = { preset: DEFAULT_PRESET, ...input.policy };
    policyFromInput(policy);
    const { rows } = await this.#database.query<TenantRow>(insertTenant(slug, name, policy, this.#clock.now()));
    const [row] = rows;
    if (row !== undefined) return tenantFromRow(row);
    throw new Refusal('already-exists', `slug "${slug}" is taken by another tenant: choose another.`, 'slug');
  }

  /** Tenants in the order of their slugs. */
  async list(page: TenantPage): Promise<readonly Tenant[]> {
    const limit = Math.min(page.limit, PAGE_MAX);
    const { rows } = await this.#database.query<TenantRow>(selectTenants(page.after ?? '', limit));
    return rows.map(tenantFromRow);
  }

  async find(slug: string): Promise<Tenant | undefined> {
    return findTenant(this.#database, slug);
  }

  /** @throws {Refusal} `not-found` */
  async get(slug: string): Promise<Tenant> {
    return getTenant(this.#database, slug);
  }

  /**
   * Changes what the change names and leaves the rest.
   *
   * @throws {Refusal} `not-found`, `invalid-value`
   */
  async update(slug: string, change: TenantChange): Promise<Tenant> {
    const name = change.name === undefined ? undefined : checkDisplayText(change.name, 'name');
    const tenant = await this.#database.transaction(async (tx) => {
      const row = await lockTenant(tx, slug);
      const policy = changePolicyInput(row.policy, change.policy ?? {});
      if (change.policy !== undefined) policyFromInput(policy);
      const disabledAt = this.#disabledAt(row.disabled_at, change.disabled);
      await tx.query(updateTenant(slug, name ?? row.name, policy, disabledAt));
      return tenantFromRow({ ...row, name: name ?? row.name, policy, disabled_at: disabledAt });
    });
    this.#onChange(slug);
    return tenant;
  }

  /**
   * Erases the tenant and everything it owns. The endpoint stops first; a deletion that is interrupted leaves
   * a disabled tenant, and is repeated by deleting again.
   *
   * @throws {Refusal} `not-found`
   */
  async delete(slug: string): Promise<void> {
    await this.update(slug, { disabled: true });
    await eraseTenant(this.#database, slug);
    this.#onChange(slug);
  }

  #disabledAt(current: Date | null, disabled: boolean | undefined): Date | null {
    if (disabled === undefined) return current;
    return disabled ? (current ?? this.#clock.now()) : null;
  }
}

/** The tenant of that slug, if there is one. */
export async function findTenant(queryable: Queryable, slug: string): Promise<Tenant | undefined> {
  if (!SLUG_FORM.test(slug)) return undefined;
  const { rows } = await queryable.query<TenantRow>(selectTenant(slug));
  return rows[0] && tenantFromRow(rows[0]);
}

/** @throws {Refusal} `not-found` */
export async function getTenant(queryable: Queryable, slug: string): Promise<Tenant> {
  return (await findTenant(queryable, slug)) ?? refuseUnknownTenant(slug);
}

/**
 * The tenant's row, locked until the transaction ends: whoever else changes the tenant or its set of
 * credentials waits. Writers of resources, whose rows refer to the tenant's key, do not.
 *
 * @throws {Refusal} `not-found`
 */
export async function lockTenant(tx: Queryable, slug: string): Promise<TenantRow> {
  if (!SLUG_FORM.test(slug)) return refuseUnknownTenant(slug);
  const { rows } = await tx.query<TenantRow>(selectTenantForUpdate(slug));
  return rows[0] ?? refuseUnknownTenant(slug);
}

function refuseUnknownTenant(slug: string): never {
  throw new Refusal('not-found', `no tenant ${JSON.stringify(slug.slice(0, 80))} is within reach of this key.`);
}

const COLUMNS = sql`tenant, name, policy, created_at, disabled_at`;

const insertTenant = (slug: string, name: string, policy: PolicyInput, now: Date) =>
  statement(
    sql`insert into tenant (tenant, name, policy, created_at)
        values (${slug}, ${name}, ${JSON.stringify(policy)}::jsonb, ${now})
        on conflict (tenant) do nothing
        returning ${COLUMNS}`,
    'tenant-insert',
  );

const selectTenants = (after: string, limit: number) =>
  statement(sql`select ${COLUMNS} from tenant where tenant > ${after} order by tenant limit ${limit}`, 'tenant-list');

const selectTenant = (slug: string) =>
  statement(sql`select ${COLUMNS} from tenant where tenant = ${slug}`, 'tenant-find');

const selectTenantForUpdate = (slug: string) =>
  statement(sql`select ${COLUMNS} from tenant where tenant = ${slug} for no key update`, 'tenant-lock');

const updateTenant = (slug: string, name: string, policy: PolicyInput, disabledAt: Date | null) =>
  statement(
    sql`update tenant
        set name = ${name}, policy = ${JSON.stringify(policy)}::jsonb, disabled_at = ${disabledAt}
        where tenant = ${slug}`,
    'tenant-update',
  );
