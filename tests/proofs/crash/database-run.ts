import { setTimeout as sleep } from 'node:timers/promises';
import { migrations } from '@rollcall/storage';
import { type RunningServer, startServer } from '../../support/server.ts';
import { createTestTenant } from '../../support/tenant.ts';
import { textOf } from '../support/json-members.ts';
import { liftRemovalLimits } from '../support/lift-removal-limits.ts';
import type { DatabaseKind } from '../support/proof-arguments.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { audit } from './audit.ts';
import { type Backend, openBackend } from './backend.ts';
import { type Expected, judge } from './cells.ts';
import { Client, type Write } from './client.ts';
import { type Endpoint, send } from './endpoint.ts';
import { type KillPlan, planKill } from './kill-plan.ts';
import { runLoad } from './load.ts';
import { SHARED_GROUPS } from './plan-write.ts';
import { readBack } from './read-back.ts';
import { Tally } from './tally.ts';

export interface DatabaseRunOptions {
  readonly kind: DatabaseKind;
  readonly rounds: number;
  readonly seed: number;
  /** Of the kills in migrations only the first and the last. */
  readonly short: boolean;
  /** Told of each round as it ends. */
  readonly onRound: (line: string) => void;
}

const CLIENTS = 8;
/** A load that has not met its point by then is killed from outside. */
const POINT_MS_MAX = 4_000;
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Kills servers on one database, round after round, and reads back after each. */
export async function runDatabase(options: DatabaseRunOptions): Promise<Tally> {
  await using backend = await openBackend(options.kind);
  const run = new DatabaseRun(backend, options);
  await run.killMigrations();
  await run.setUp();
  for (let round = 0; round < options.rounds; round += 1) await run.round(round);
  await run.end();
  return run.tally;
}

class DatabaseRun {
  readonly tally: Tally;
  readonly #backend: Backend;
  readonly #options: DatabaseRunOptions;
  readonly #clients = Array.from({ length: CLIENTS }, (_, number) => new Client(number));
  readonly #sharedIds = new Map<string, string>();
  /** History rows that each acknowledged request left. */
  readonly #changes = new Map<string, number>();
  /** Writes to resources that were in flight at a kill, and are there. */
  #tookEffect = 0;
  #slug = '';
  #token = '';

  constructor(backend: Backend, options: DatabaseRunOptions) {
    this.tally = new Tally(options.kind);
    this.#backend = backend;
    this.#options = options;
  }

  /** Ends a server after each statement of its migrations in turn; the next must find the old form, whole. */
  async killMigrations(): Promise<void> {
    const last = 2 * migrations.length;
    const all = Array.from({ length: last }, (_, index) => index + 1);
    const kills = this.#options.short ? [1, last] : all;
    for (const nth of kills) {
      await this.#startToDie({ kind: 'point', point: 'migration-statement', nth });
      await this.#backend.settle();
    }
    this.#options.onRound(`killed at ${kills.length} of ${last} statements of its migrations`);
  }

  async #startToDie(plan: Extract<KillPlan, { kind: 'point' }>): Promise<void> {
    try {
      await using _ = await this.#start(plan);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('the server ended')) throw error;
      this.tally.killed(plan.point);
      return;
    }
    throw new Error(`a server that should die at ${plan.point}:${plan.nth} became ready`);
  }

  async setUp(): Promise<void> {
    await using server = await this.#start();
    const tenant = await createTestTenant(server, 'entra');
    await liftRemovalLimits(server, tenant);
    this.#slug = tenant.slug;
    this.#token = tenant.token;
    for (const displayName of SHARED_GROUPS) {
      const body = { schemas: [GROUP], displayName };
      const write: Write = { method: 'POST', path: '/Groups', api: 'scim', body, steps: [], changes: 1, makes: [] };
      const reply = await send(this.#endpointOf(server), write);
      this.#sharedIds.set(displayName, textOf(reply?.json, 'id') ?? '');
      this.#changes.set(reply?.requestId ?? '', 1);
    }
  }

  /** One server: reads back what the last one left, takes the load, and dies. */
  async round(round: number): Promise<void> {
    const plan = planKill(round, new SeededRandom(this.#options.seed, round));
    await using server = await this.#startTimed(plan);
    const findings = await this.#readBack(server);
    this.tally.roundEnded(findings);
    const before = this.tally.acknowledged;
    const ended = await this.#loadUntilKilled(server, plan, round);
    await this.#backend.settle();
    const writes = this.tally.acknowledged - before;
    this.#options.onRound(
      `round ${round}: ${ended} after ${writes} writes${findings.map((text) => `\n    ${text}`).join('')}`,
    );
  }

  /** The last kill is read back too; then the server is told to stop, and the tables are held against each other. */
  async end(): Promise<void> {
    {
      await using server = await this.#startTimed();
      this.tally.roundEnded(await this.#readBack(server));
      const code = await server.stop();
      this.tally.check(code === 0 ? [] : [`the server that was told to stop ended with ${code}`]);
    }
    await this.#backend.settle();
    const { rows, findings } = await this.#backend.inspect((db) =>
      audit(db, { acknowledged: this.#changes, tookEffect: this.#tookEffect }),
    );
    this.tally.audited(rows, findings);
    this.#options.onRound([`audit of ${rows} history rows`, ...findings].join('\n    '));
  }

  async #startTimed(plan?: KillPlan): Promise<RunningServer> {
    const startedAt = performance.now();
    const server = await this.#start(plan);
    this.tally.readyAfter(performance.now() - startedAt);
    return server;
  }

  #start(plan?: KillPlan): Promise<RunningServer> {
    const { server } = this.#backend;
    const crashAt: Record<string, string> =
      plan?.kind === 'point' ? { ROLLCALL_CRASH_AT: `${plan.point}:${plan.nth}` } : {};
    const env = { ...server.env, ROLLCALL_LOG_LEVEL: 'warn', ROLLCALL_RATE_LIMIT: '0', ...crashAt };
    return startServer({ ...server, env });
  }

  #endpointOf(server: RunningServer): Endpoint {
    return {
      scim: `${server.url}/scim/v2/${this.#slug}`,
      admin: `${server.url}/api/v1/tenants/${this.#slug}`,
      token: this.#token,
      operatorKey: server.operatorKey,
    };
  }

  /** Holds what is there against what each client must find, and lets the clients go on from it. */
  async #readBack(server: RunningServer): Promise<readonly string[]> {
    const { cells, ids, contradictions } = await readBack(this.#endpointOf(server));
    const found = Map.groupBy(cells, ([name]) => ownerOf(name));
    const findings = this.#clients.flatMap((client) => this.#judgeClient(client, new Map(found.get(client.number))));
    for (const [name, id] of ids) this.#clients[ownerOf(name)]?.ids.set(name, id);
    return [...findings, ...contradictions];
  }

  #judgeClient(client: Client, found: Expected['acknowledged']): readonly string[] {
    const { inFlight } = client;
    const verdict = judge({ acknowledged: client.cells, inFlight: inFlight?.steps ?? [] }, found);
    this.tally.judged(verdict, inFlight);
    if (verdict.kind === 'kept' && verdict.stepsDone > 0 && inFlight?.api === 'scim') this.#tookEffect += 1;
    client.cells = found;
    client.inFlight = undefined;
    return verdict.kind === 'kept' ? [] : verdict.differences.map((text) => `${verdict.kind}: ${text}`);
  }

  /** @returns how the server ended */
  async #loadUntilKilled(server: RunningServer, plan: KillPlan, round: number): Promise<string> {
    const stopWaiting = new AbortController();
    const isAwaited = awaitedBy(plan);
    const load = runLoad({
      endpoint: this.#endpointOf(server),
      clients: this.#clients,
      sharedIds: this.#sharedIds,
      randomOf: (client) => new SeededRandom(this.#options.seed, round, client.number),
      onAcknowledged: (write, requestId) => {
        this.#acknowledged(write, requestId);
        if (isAwaited(write)) process.kill(server.pid, 'SIGKILL');
      },
    }).finally(() => stopWaiting.abort());
    const killed = this.#killAfter(server, plan, stopWaiting.signal);
    const [byUs] = await Promise.all([killed, load]);
    const where = byUs ? 'random' : plan.kind === 'point' ? plan.point : plan.kind;
    this.tally.killed(where);
    return `killed (${where})`;
  }

  /** @returns whether it was this kill that ended the server */
  async #killAfter(server: RunningServer, plan: KillPlan, signal: AbortSignal): Promise<boolean> {
    const ms = plan.kind === 'random' ? plan.afterMs : POINT_MS_MAX;
    const timeUp = await sleep(ms, true, { signal }).catch(() => false);
    await server.kill();
    return timeUp;
  }

  #acknowledged(write: Write, requestId: string): void {
    this.tally.acknowledgedOne();
    if (write.api === 'scim') this.#changes.set(requestId, write.changes);
  }
}

/** Tells the acknowledgement at which the plan's kill is due. */
function awaitedBy(plan: KillPlan): (write: Write) => boolean {
  if (plan.kind !== 'acknowledgement') return () => false;
  let left = plan.nth;
  return ({ path }) => {
    if (plan.of === 'any' || path.startsWith('/Groups')) left -= 1;
    return left === 0;
  };
}

/** The number of the client that a name belongs to. */
function ownerOf(name: string): number {
  const [, number] = /(?:^|[:/])c(\d+)[ugt]\d+$/.exec(name) ?? [];
  return number === undefined ? -1 : Number(number);
}
