import type { Source } from '@rollcall/sources';
import { sealContext } from '@rollcall/storage';
import { completeProfile, type Target } from '@rollcall/targets';
import type { EnginePorts } from '../ports.ts';
import { getApplication } from './application-store.ts';
import { getSource } from './source-store.ts';

/** The place of a source's secret, which binds the sealed value to its row. */
export const sourceSecretPlace = (tenant: string, id: string): string =>
  sealContext({ tenant, table: 'source', column: 'secret', row: id });

/** The place of an application's secret token. */
export const secretTokenPlace = (tenant: string, id: string): string =>
  sealContext({ tenant, table: 'application', column: 'secret_token', row: id });

interface RowKey {
  readonly tenant: string;
  readonly id: string;
}

/** Opens a tenant's source with its secret. @throws {NotFoundError} and what the connector refuses */
export async function connectSource({ database, secrets, openSource }: EnginePorts, key: RowKey): Promise<Source> {
  const { tenant, id, kind, settings, secret } = await getSource(database, key.tenant, key.id);
  const opened = secret === null ? undefined : await secrets.open(secret, sourceSecretPlace(tenant, id));
  return openSource({ tenant, kind, settings, ...(opened !== undefined && { secret: opened }) });
}

/** Opens a tenant's application with its secret token. @throws {NotFoundError} and what the client refuses */
export async function connectTarget({ database, secrets, openTarget }: EnginePorts, key: RowKey): Promise<Target> {
  const { tenant, id, tenantUrl, secretToken, profile } = await getApplication(database, key.tenant, key.id);
  return openTarget({
    tenant,
    tenantUrl,
    secretToken: await secrets.open(secretToken, secretTokenPlace(tenant, id)),
    profile: completeProfile(profile),
  });
}
