import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export interface PostgresServer {
  /** URL of the superuser on the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server's parent process. */
  readonly pid: number;
  readonly dataDir: string;
  /** Ends the server and removes its folder. `immediate` is a crash: no check point, recovery at the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Crashes the server and starts it again on its folder and port. */
  crash(): Promise<void>;
}

export interface PostgresServerOptions {
  /** `fsync=off` and so on: for tests that ask nothing of durability. Default false. */
  readonly allowDataLoss?: boolean;
  /** Further settings, such as `{ max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const INSTALL_HINT = 'apt-get install postgresql-15, or put pg_config of a PostgreSQL server into PATH';
const START_TIMEOUT_MS = 30_000;

/**
 * Starts a throw-away PostgreSQL server in a new folder, on a free port of the loopback address.
 *
 * PostgreSQL refuses to run as root, so root runs it as the system user `postgres`.
 *
 * @throws {Error} no PostgreSQL server is installed; the text names the command that brings it
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const bin = await findServerBin();
  const owner = await findOwner();
  const parent = await mkdtemp(join(tmpdir(), 'rollcall-postgres-'));
  if (owner !== undefined) await chown(parent, owner.uid, owner.gid);
  const dataDir = join(parent, 'data');
  try {
    await initialise(bin, dataDir, owner);
    const launch = { bin, dataDir, owner, port: await findFreePort(), options };
    return new RunningServer(launch, await start(launch), parent);
  } catch (error) {
    await rm(parent, { recursive: true, force: true });
    throw error;
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

interface Launch {
  readonly bin: string;
  readonly dataDir: string;
  readonly owner: Owner | undefined;
  readonly port: number;
  readonly options: PostgresServerOptions;
}

async function findServerBin(): Promise<string> {
  const candidates = [await askPgConfig(), ...(await debianBins())].filter((each) => each !== undefined);
  for (const candidate of candidates) if (await hasServer(candidate)) return candidate;
  throw new Error(`no PostgreSQL server found: ${INSTALL_HINT}`);
}

/** `pg_config` may belong to a client library that comes without a server. */
async function askPgConfig(): Promise<string | undefined> {
  try {
    return (await run('pg_config', ['--bindir'])).stdout.trim();
  } catch {
    return undefined;
  }
}

const DEBIAN_ROOT = '/usr/lib/postgresql';

async function debianBins(): Promise<readonly string[]> {
  try {
    const versions = await readdir(DEBIAN_ROOT);
    return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN_ROOT, version, 'bin'));
  } catch {
    return [];
  }
}

async function hasServer(bin: string): Promise<boolean> {
  try {
    await run(join(bin, 'postgres'), ['--version']);
    await run(join(bin, 'initdb'), ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function findOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

/** `--no-sync`: the folder is new and worth nothing before the server runs. */
async function initialise(bin: string, dataDir: string, owner: Owner | undefined): Promise<void> {
  const args = ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  await run(join(bin, 'initdb'), args, { ...owner, cwd: tmpdir() });
}

const LOSSY_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

function settingsOf({ port, options }: Launch): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    ...(options.allowDataLoss === true ? LOSSY_SETTINGS : {}),
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function start(launch: Launch): Promise<ChildProcess> {
  const child = spawn(join(launch.bin, 'postgres'), ['-D', launch.dataDir, ...settingsOf(launch)], {
    ...launch.owner,
    cwd: launch.dataDir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log = `${log}${text}`.slice(-4_000)));
  try {
    await waitUntilReady(child, urlOf(launch.port));
  } catch (error) {
    child.kill('SIGQUIT');
    throw new Error(`PostgreSQL did not start on port ${launch.port}: ${log.trim()}`, { cause: error });
  }
  // A test program that forgets to stop the server may still end.
  child.unref();
  (child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
  return child;
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    const error = await tryConnect(url);
    if (error === undefined) return;
    if (Date.now() > until) throw error;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function tryConnect(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return error;
  }
}

const urlOf = (port: number): string => `postgresql://postgres@127.0.0.1:${port}/postgres`;

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on the loopback address');
  return address.port;
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

class RunningServer implements PostgresServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly #launch: Launch;
  readonly #parent: string;
  #child: ChildProcess;

  constructor(launch: Launch, child: ChildProcess, parent: string) {
    this.url = urlOf(launch.port);
    this.port = launch.port;
    this.dataDir = launch.dataDir;
    this.#launch = launch;
    this.#child = child;
    this.#parent = parent;
    process.once('exit', this.#killAtExit);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    process.removeListener('exit', this.#killAtExit);
    await this.#end(mode);
    await rm(this.#parent, { recursive: true, force: true });
  }

  async crash(): Promise<void> {
    await this.#end('immediate');
    this.#child = await start(this.#launch);
  }

  async #end(mode: 'fast' | 'immediate'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.ref();
    const ended = once(this.#child, 'exit');
    this.#child.kill(SIGNALS[mode]);
    await ended;
  }

  readonly #killAtExit = (): void => {
    this.#child.kill('SIGQUIT');
  };
}
