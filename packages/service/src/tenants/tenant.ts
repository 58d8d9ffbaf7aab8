import type { Policy } from './policy.ts';
import { type PolicyInput, policyFromStored } from './policy-input.ts';

/** One organisation: its endpoint, its rules, and nothing of any other. */
export interface Tenant {
  /** Its key, and its name in URLs; it never changes. */
  readonly slug: string;
  readonly name: string;
  readonly policy: Policy;
  readonly createdAt: Date;
  /** Since when its endpoint refuses every request; undefined while it works. */
  readonly disabledAt: Date | undefined;
}

/** A row of `tenant`. */
export interface TenantRow {
  readonly tenant: string;
  readonly name: string;
  readonly policy: PolicyInput;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
}

export function tenantFromRow(row: TenantRow): Tenant {
  return {
    slug: row.tenant,
    name: row.name,
    policy: policyFromStored(row.policy),
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
  };
}
