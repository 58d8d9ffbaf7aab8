import type { RunningServer } from '../../support/server.ts';
import type { TestTenant } from '../../support/tenant.ts';

/** A load deletes faster than any honest client: the limits of a tenant's policy would answer in place of what is tried. */
export async function liftRemovalLimits(server: RunningServer, { slug }: TestTenant): Promise<void> {
  const reply = await fetch(`${server.url}/api/v1/tenants/${slug}`, {
    method: 'PATCH',
    headers: { Authorization: `Bearer ${server.operatorKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ policy: { deletesPerMinuteMax: 0, memberRemovalsPerMinuteMax: 0 } }),
  });
  const text = await reply.text();
  if (reply.status !== 200) throw new Error(`lifting the limits of ${slug} answered ${reply.status}: ${text}`);
}
