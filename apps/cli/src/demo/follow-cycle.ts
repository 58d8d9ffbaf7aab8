import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from '@rollcall/server';
import { type ApiClient, ApiError } from '../api-client.ts';
import type { DemoSetup } from './set-up-demo.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  onReport(report: Reply<'cycle'>): void;
}

const ASK_AGAIN_MS = 200;

/** Begins the job's next cycle, or goes with the one that a restart has taken up, and follows it to its end. */
export async function runCycle(api: ApiClient, setup: DemoSetup, options: FollowOptions): Promise<Reply<'cycle'>> {
  const cycles = `/tenants/${setup.tenant}/jobs/${setup.jobId}/cycles`;
  const { cycleId, resumed } = await beginOrFind(api, cycles);
  const report = await follow(api, `${cycles}/${cycleId}`, options);
  // It may have been on its way to the address that the application had before this start.
  return resumed && report.state === 'failed' ? runCycle(api, setup, options) : report;
}

async function follow(api: ApiClient, path: string, options: FollowOptions): Promise<Reply<'cycle'>> {
  for (;;) {
    const report = await api.get(path, 'cycle');
    options.onReport(report);
    if (report.state !== 'running') return report;
    await wait(ASK_AGAIN_MS, undefined, { signal: options.signal });
  }
}

/** Between being told that one is under way and asking which, it may have ended: then the next one is begun. */
async function beginOrFind(
  api: ApiClient,
  cycles: string,
): Promise<{ readonly cycleId: string; readonly resumed: boolean }> {
  for (;;) {
    try {
      const { id } = await api.post(cycles, undefined, 'begunCycle');
      return { cycleId: id, resumed: false };
    } catch (error) {
      if (!(error instanceof ApiError && error.type === 'urn:rollcall:problem:cycle-running')) throw error;
    }
    const { items } = await api.get(`${cycles}?limit=1`, 'cycles');
    const [latest] = items;
    if (latest?.state === 'running') return { cycleId: latest.id, resumed: true };
  }
}
