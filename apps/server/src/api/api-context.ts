import type { HistoryEntry, HistoryPage, Tenancy, UserDirectory } from '@rollcall/service';
import type { EngineServices } from '../engine/engine-services.ts';

/** What the routes of the admin API work with. */
export interface ApiContext {
  readonly tenancy: Tenancy;
  readonly users: UserDirectory;
  readonly engine: EngineServices;
  readonly listHistory: (tenant: string, page: HistoryPage) => Promise<readonly HistoryEntry[]>;
  /** Base of the URLs that replies hold: from configuration, never from a request. */
  readonly publicUrl: () => string;
}

/** The SCIM base URL of a tenant. */
export const endpointOf = (context: ApiContext, tenant: string): string => `${context.publicUrl()}/scim/v2/${tenant}`;
