import type { RemovalMeter } from './removals/removal-budget.ts';
import type { Policy } from './tenants/policy.ts';

/** Who asks, for which tenant, and by which rules: what every operation of the store needs to know. */
export interface RequestContext {
  /** The tenant's slug: the key of every statement. */
  readonly tenant: string;
  readonly policy: Policy;
  /** Public id of the credential: `token:3f9a…`, `key:…`. Never the secret. */
  readonly actor: string;
  readonly requestId: string;
  /** Base URL of the tenant's endpoint, from configuration only: `https://…/scim/v2/acme`. */
  readonly baseUrl: string;
  readonly now: Date;
  /** Slows what takes away too much at once; absent for people, who are asked before. */
  readonly removals?: RemovalMeter | undefined;
}
