import { CycleFailedError, Engine, type SourceConnection, SYSTEM_PORTS, type TargetConnection } from '@rollcall/engine';
import { SourceError } from '@rollcall/sources';
import type { Database, Secrets } from '@rollcall/storage';
import { isLoopback } from '@rollcall/targets';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { Problem } from '../http/problem.ts';
import { CycleRunner } from './cycle-runner.ts';
import { openSource } from './open-source.ts';
import { SourceFolders } from './source-folders.ts';
import { TargetGate } from './target-gate.ts';

export interface EngineServicesOptions {
  readonly config: Config;
  readonly database: Database;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly publicUrl: () => string;
  readonly ownUrl: () => string;
}

/** The provisioning engine as this process has it. */
export interface EngineServices {
  readonly engine: Engine;
  readonly cycles: CycleRunner;
  /** @throws {Problem} the source cannot be used as it is entered; nothing was read */
  checkSource(connection: SourceConnection): Promise<void>;
  /** @throws {Problem} the application cannot be used as it is entered; nothing was sent */
  checkTarget(connection: TargetConnection): Promise<void>;
}

/** Joins the engine with the connectors, the clock, the secrets and the rules of this deployment. */
export function createEngineServices(options: EngineServicesOptions): EngineServices {
  const { config, database, secrets, logger } = options;
  const folders = new SourceFolders(config.sourceFolders);
  const gate = new TargetGate({ ...options, isLocal: isLocal(config) });
  const engine = new Engine({
    ...SYSTEM_PORTS,
    database,
    secrets,
    soleProcess: config.databaseUrl === undefined,
    openSource: (connection) => openSource(connection, folders),
    openTarget: (connection) => gate.open(connection),
  });
  return {
    engine,
    cycles: new CycleRunner({ engine, logger, runs: config.role !== 'api' }),
    checkSource: (connection) => asProblem('settings', async () => void (await openSource(connection, folders))),
    checkTarget: (connection) => asProblem('tenantUrl', () => gate.open(connection).close()),
  };
}

/** Whether only this machine reaches the server, by its address and by the one that it is announced with. */
function isLocal({ host, publicUrl }: Config): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname));
}

async function asProblem(field: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof SourceError || error instanceof CycleFailedError)) throw error;
    throw new Problem('invalid-value', error.message, { errors: [{ field: `body.${field}`, detail: error.message }] });
  }
}
