import { randomBytes } from 'node:crypto';
import { join, relative } from 'node:path';
import { type Config, type Reply, type RunningServer, readConfig, startServer } from '@rollcall/server';
import { Command, InvalidArgumentError } from 'commander';
import { ApiClient } from '../api-client.ts';
import { runCycle } from '../demo/follow-cycle.ts';
import { ProgressDisplay } from '../demo/progress-display.ts';
import { resultNotes, resultTable } from '../demo/result-table.ts';
import { ensureSampleFiles } from '../demo/sample-files.ts';
import { DEMO_TENANT, type DemoSetup, setUpDemo } from '../demo/set-up-demo.ts';
import { whatToTry } from '../demo/what-to-try.ts';
import { InterruptedError } from '../interrupted-error.ts';
import { stopSignal, untilStopped } from '../stop-on-signal.ts';

interface DemoFlags {
  readonly once?: true;
  readonly people?: number;
  readonly groups?: number;
  readonly port?: string;
  readonly data?: string;
}

const PEOPLE = 1000;
const GROUPS = 60;
const COUNT_MAX = 1_000_000;
const TOKEN_DAYS = 7;
const DAY_MS = 86_400_000;

/** `rollcall demo`: a whole deployment with a sample company, from nothing to provisioned accounts. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Serves with a sample company, and provisions it into its own endpoint.')
    .option('--once', 'ends after the cycle instead of serving on')
    .option('--people <number>', `people of a new sample company (default ${PEOPLE})`, count)
    .option('--groups <number>', `groups of a new sample company (default ${GROUPS})`, count)
    .option('--port <number>', 'TCP port; 0 takes any free one (PORT, default 8400)')
    .option('--data <folder>', 'folder of the data (ROLLCALL_DATA, default ./data)')
    .addHelpText('after', '\nThe data always lies in the folder: DATABASE_URL is not for samples.')
    .action(runDemo);
}

function count(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= COUNT_MAX) return value;
  throw new InvalidArgumentError(`give a whole number from 1 to ${COUNT_MAX.toLocaleString('en')}.`);
}

async function runDemo(flags: DemoFlags): Promise<void> {
  const signal = stopSignal();
  const operatorKey = process.env.ROLLCALL_BOOTSTRAP_KEY || randomBytes(32).toString('base64url');
  const config = demoConfig(flags, operatorKey);
  const server = await start(config);
  try {
    signal.throwIfAborted();
    await provisionAndServe({ flags, config, server, operatorKey, signal });
  } catch (error) {
    if (signal.aborted) throw new InterruptedError('stopped; the next start goes on from here');
    throw error;
  } finally {
    await server.close();
  }
}

/** A sample belongs into no production database, and its log would cover what a reader is to see. */
function demoConfig({ port, data }: DemoFlags, operatorKey: string): Config {
  const { DATABASE_URL: _, ROLLCALL_SOURCE_FOLDERS: __, ...environment } = process.env;
  return readConfig({
    ...environment,
    ROLLCALL_LOG_LEVEL: environment.ROLLCALL_LOG_LEVEL || 'warn',
    ROLLCALL_BOOTSTRAP_KEY: operatorKey,
    ...(port !== undefined && { PORT: port }),
    ...(data !== undefined && { ROLLCALL_DATA: data }),
  });
}

async function start(config: Config): Promise<RunningServer> {
  try {
    return await startServer(config);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Error(
      `port ${config.port} is taken by another program. Choose another, such as PORT=${config.port + 1} npm start`,
    );
  }
}

interface Demo {
  readonly flags: DemoFlags;
  readonly config: Config;
  readonly server: RunningServer;
  readonly operatorKey: string;
  readonly signal: AbortSignal;
}

async function provisionAndServe(demo: Demo): Promise<void> {
  const { flags, server, operatorKey, signal } = demo;
  const folder = join(demo.config.dataFolder, 'sources', DEMO_TENANT);
  await writeSample(folder, flags);
  const api = new ApiClient({ url: server.url, key: operatorKey, signal });
  const setup = await setUpDemo(api, server.url);
  const report = await provision(api, setup, signal);
  const failed = await describeFailures(api, setup, report);
  if (flags.once) {
    if (failed !== '') throw new Error(failed.trimEnd());
    return;
  }
  if (failed !== '') process.stderr.write(failed);
  process.stdout.write(await invite(api, demo, { setup, report, folder }));
  await untilStopped(signal);
}

async function writeSample(folder: string, { people, groups }: DemoFlags): Promise<void> {
  const written = await ensureSampleFiles(folder, { people: people ?? PEOPLE, groups: groups ?? GROUPS });
  const place = shownPath(folder);
  if (written) process.stderr.write(`A sample company lies in ${place}\n`);
  else if (people !== undefined || groups !== undefined) {
    process.stderr.write(`${place} has its company already: --people and --groups count for a new folder only\n`);
  }
}

/** Runs the cycle with its progress on standard error, and prints what it did. */
async function provision(api: ApiClient, setup: DemoSetup, signal: AbortSignal): Promise<Reply<'cycle'>> {
  const display = new ProgressDisplay(process.stderr);
  try {
    const report = await runCycle(api, setup, { signal, onReport: (latest) => display.show(latest) });
    display.end();
    if (report.state !== 'completed') throw new Error(`the ${report.kind} cycle ${report.state}: ${report.error}`);
    process.stdout.write(`\nThe ${report.kind} cycle into ${setup.endpoint} is completed.\n\n`);
    process.stdout.write(`${resultTable(report)}\n${resultNotes(report)}`);
    return report;
  } finally {
    display.end();
  }
}

const FAILURES_SHOWN = 5;

/** Empty when nothing failed. */
async function describeFailures(
  api: ApiClient,
  setup: DemoSetup,
  { counts, sourceComplete, sourceEvidence }: Reply<'cycle'>,
): Promise<string> {
  if (sourceComplete === false) return `the directory was not read, and nothing was done: ${sourceEvidence}\n`;
  const failed = counts.users.failed + counts.groups.failed + counts.members.failed;
  if (failed === 0) return '';
  const path = `/tenants/${setup.tenant}/jobs/${setup.jobId}/escrow?limit=${FAILURES_SHOWN}`;
  const { items } = await api.get(path, 'escrow');
  const lines = items.map((each) => `  ${each.objectType} ${each.sourceObjectId}: ${each.errorCode}, ${each.detail}\n`);
  return `${failed} operations failed; the next cycle tries them again. The first ones:\n${lines.join('')}`;
}

/** A fresh token and the lines to try it with. */
async function invite(
  api: ApiClient,
  { server, operatorKey }: Demo,
  done: { readonly setup: DemoSetup; readonly report: Reply<'cycle'>; readonly folder: string },
): Promise<string> {
  const { setup, report, folder } = done;
  const expiresAt = new Date(Date.now() + TOKEN_DAYS * DAY_MS).toISOString();
  const path = `/tenants/${setup.tenant}/provisioning-tokens`;
  const { token } = await api.post(path, { name: 'to try', expiresAt }, 'createdToken');
  return whatToTry({
    serverUrl: server.url,
    endpoint: setup.endpoint,
    token,
    tokenExpiresAt: expiresAt,
    operatorKey,
    keyEndsWithRun: !process.env.ROLLCALL_BOOTSTRAP_KEY,
    cyclePath: cyclePath(setup, report),
    usersFile: shownPath(join(folder, 'users.csv')),
  });
}

/** The ledger of a cycle that sent something, else the cycles: an empty ledger shows nothing. */
function cyclePath({ tenant, jobId }: DemoSetup, { id, counts }: Reply<'cycle'>): string {
  const cycles = `/tenants/${tenant}/jobs/${jobId}/cycles`;
  return counts.requests > 0 ? `${cycles}/${id}/operations?limit=2` : `${cycles}?limit=2`;
}

/** A path as it is shortest from where the reader stands. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
