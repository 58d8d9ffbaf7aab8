import { openScimTarget, type ScimTargetOptions } from '../scim-target.ts';
import type { Outcome, Target, TargetRequest } from '../target.ts';
import { type Answer, type FaultServer, startFaultServer } from './fault-server.ts';

/** A token that is searched for in everything that is given out. */
export const TOKEN = 'canary-7f3a91-token';

export const USER = { id: 'u1', userName: 'ann@example.com', externalId: 'Ann' };
export const POST: TargetRequest = { method: 'POST', path: '/Users', body: { userName: 'ann@example.com' } };
export const PATCH: TargetRequest = { method: 'PATCH', path: '/Users/u1', body: { Operations: [] } };
export const GET: TargetRequest = { method: 'GET', path: '/Users/u1' };

/** Runs a target against a server of its own, at `/scim/`, and ends both. */
export async function withTarget(
  answer: Answer,
  use: (target: Target, server: FaultServer) => Promise<void>,
  options: Partial<ScimTargetOptions> = {},
): Promise<void> {
  await using server = await startFaultServer(answer);
  const target = openScimTarget({ tenantUrl: `${server.url}/scim/`, secretToken: TOKEN, ...options });
  try {
    await use(target, server);
  } finally {
    await target.close();
  }
}

export function detailOf(outcome: Outcome): string {
  return 'detail' in outcome ? outcome.detail : '';
}
