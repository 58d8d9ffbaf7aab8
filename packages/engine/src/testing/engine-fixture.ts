import {
  type MemoryDirectory,
  type MemorySource,
  openMemorySource,
  type SourceObject,
  type SourceReference,
} from '@rollcall/sources';
import { type Database, generateMasterKey, parseMasterKey, Secrets, sql, statement } from '@rollcall/storage';
import { openScimTarget, type TargetProfile } from '@rollcall/targets';
import { type CycleReport, Engine, type RunCycleInput } from '../engine.ts';
import type { JobSettings } from '../job/job-settings.ts';
import type { LedgerOperation } from '../ledger/list-operations.ts';
import { guideSchema } from '../map/guide-schema.ts';
import type { JobSchema } from '../map/job-schema.ts';
import { SYSTEM_PORTS } from '../system-ports.ts';
import { type KillPoint, KillSwitch } from './kill-switch.ts';
import { TestClock } from './test-clock.ts';

export interface FixtureOptions {
  readonly directory?: MemoryDirectory;
  readonly schema?: JobSchema;
  readonly settings?: Partial<JobSettings>;
  readonly profile?: Partial<TargetProfile>;
}

/** A target that runs for one test. */
export interface TestTarget {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/** A whole job for one test: a directory in memory, an application over HTTP, and an engine between them. */
export interface Fixture<T extends TestTarget> {
  readonly tenant: string;
  readonly engine: Engine;
  readonly source: MemorySource;
  readonly target: T;
  readonly clock: TestClock;
  readonly jobId: string;
  readonly applicationId: string;
  run(input?: Pick<RunCycleInput, 'signal' | 'onProgress'>): Promise<CycleReport>;
  /** Runs a cycle in a process that dies at the point. Answers whether it came so far. */
  runKilled(point: KillPoint): Promise<boolean>;
  operations(cycle: CycleReport): Promise<readonly LedgerOperation[]>;
  saveJob(changes: { readonly schema?: JobSchema; readonly settings?: Partial<JobSettings> }): Promise<void>;
  assign(...objects: readonly SourceReference[]): Promise<void>;
  unassign(...objects: readonly SourceReference[]): Promise<void>;
  close(): Promise<void>;
}

let tenants = 0;

/** Sets a job up between a directory in memory and the target; closing it closes the target too. */
export async function openFixture<T extends TestTarget>(
  database: Database,
  target: T,
  options: FixtureOptions = {},
): Promise<Fixture<T>> {
  tenants += 1;
  const tenant = `tenant-${tenants}`;
  await insertTenant(database, tenant);
  const source = openMemorySource(options.directory ?? { objects: [] });
  const secrets = await Secrets.open(database, { masterKey: testMasterKey });
  const clock = new TestClock();
  const ports = { ...SYSTEM_PORTS, secrets, clock, random: () => 0.5, openSource: () => source, leaseMs: 60_000 };
  const engineOn = (on: Database, kill?: KillSwitch): Engine =>
    new Engine({
      ...ports,
      database: on,
      soleProcess: true,
      openTarget: (connection) => {
        const opened = openScimTarget(connection);
        return kill === undefined ? opened : kill.target(opened);
      },
    });
  const engine = engineOn(database);
  const { id: sourceId } = await engine.createSource({ tenant, name: 'directory', kind: 'memory', settings: {} });
  const { id: applicationId } = await engine.createApplication({
    tenant,
    name: 'application',
    tenantUrl: target.url,
    secretToken: target.token,
    profile: { dialect: 'rfc7644', concurrency: 4, ...options.profile },
  });
  const schema = options.schema ?? guideSchema();
  const settings: Partial<JobSettings> = { scope: 'all', ...options.settings };
  const { id: jobId } = await engine.saveJob({ tenant, applicationId, sourceId, schema, settings });
  return {
    tenant,
    engine,
    source,
    target,
    clock,
    jobId,
    applicationId,
    run: (input) => engine.runCycle({ tenant, jobId, ...input }),
    runKilled: async (point) => {
      const kill = new KillSwitch(point);
      await engineOn(kill.database(database), kill)
        .runCycle({ tenant, jobId })
        .catch((error: unknown) => {
          if (!kill.killed) throw error;
        });
      return kill.killed;
    },
    operations: (cycle) => engine.listOperations({ tenant, jobId, cycleId: cycle.id }, { after: 0, limit: 10_000 }),
    saveJob: async (changes) => {
      await engine.saveJob({ tenant, id: jobId, applicationId, sourceId, schema, settings, ...changes });
    },
    assign: (...objects) => engine.assign({ tenant, applicationId, objects }),
    unassign: (...objects) => engine.unassign({ tenant, applicationId, objects }),
    close: async () => {
      secrets.close();
      await target.close();
    },
  };
}

const testMasterKey = parseMasterKey(generateMasterKey());

async function insertTenant(database: Database, tenant: string): Promise<void> {
  await database.query(
    statement(sql`insert into tenant (tenant, name, policy, created_at) values (${tenant}, ${tenant}, '{}', now())`),
  );
}

/** A user as a directory has one. */
export function user(id: string, attributes: SourceObject['attributes'] = {}): SourceObject {
  return {
    type: 'User',
    id,
    attributes: {
      userPrincipalName: `${id}@example.com`,
      displayName: `User ${id}`,
      accountEnabled: true,
      ...attributes,
    },
  };
}

/** A group as a directory has one; members are ids of users, or references. */
export function group(id: string, members: readonly (string | SourceReference)[] = []): SourceObject {
  return {
    type: 'Group',
    id,
    attributes: { displayName: `Group ${id}` },
    members: members.map((member) => (typeof member === 'string' ? { type: 'User', id: member } : member)),
  };
}
