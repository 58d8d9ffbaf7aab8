/**
 * Runs a TypeScript file of the project on the pinned Node: `node scripts/with-node.mjs FILE.ts [ARGUMENT…]`.
 *
 * Without it, a system whose `node` is older stops at the first line with types, and says nothing of what to do.
 * This file is therefore plain JavaScript for Node 18 and later, and needs no package. It installs the
 * dependencies when what lies in `node_modules` is not what package-lock.json asks for, one process at a time.
 */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const pinnedNode = join(modules, '.bin', 'node');
const oldestUsable = [24, 7];
const installMsMax = 15 * 60_000;

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/** @param {string} path @returns {Record<string, { version?: string, integrity?: string, link?: boolean, dev?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }>} */
const lockedPackages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** Says why an installation is needed; undefined when there is what package-lock.json asks for. */
function reasonToInstall() {
  const installedLock = join(modules, '.package-lock.json');
  if (!existsSync(installedLock)) return 'dependencies are not installed';
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(installedLock);
  const hasDevelopment = Object.values(installed).some((entry) => entry.dev);
  const differs = Object.entries(wanted).find(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return false;
    const found = installed[path];
    // What fits another machine only, and what `--omit=dev` leaves out, is rightly absent.
    if (!found) return !(entry.optional || entry.devOptional || entry.peer || (entry.dev && !hasDevelopment));
    return found.version !== entry.version || found.integrity !== entry.integrity;
  });
  return differs && `${differs[0].replace('node_modules/', '')} is not the version that package-lock.json names`;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @param {string} lock @returns {number | undefined} the process that holds the lock; 0 while it has not yet written its id */
function holderOf(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    const age = Date.now() - statSync(lock).mtimeMs;
    return age > installMsMax || (pid > 0 && !isAlive(pid)) ? undefined : pid;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {string} lock */
function tryLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} lock waits until this process holds it */
async function takeLock(lock) {
  let told = false;
  while (!tryLock(lock)) {
    const holder = holderOf(lock);
    if (holder === undefined) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told) say(`Waiting for process ${holder || 'unknown'}, which is installing dependencies (${lock}).`);
    told = true;
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** `npm ci`, by an npm that does not run on the binary which it is about to delete. */
function runNpm() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => resolve(folder) !== join(modules, '.bin'));
  const { status, error } = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  say(`\`npm ci\` in ${root} failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
  process.exit(1);
}

async function installWhatIsMissing() {
  if (!reasonToInstall()) return;
  const id = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `rollcall-install-${id}.lock`);
  await takeLock(lock);
  process.once('exit', () => rmSync(lock, { force: true }));
  const reason = reasonToInstall();
  if (reason) {
    say(`Installing dependencies with \`npm ci\`, because ${reason}. This takes about a minute.`);
    runNpm();
  }
  rmSync(lock, { force: true });
}

/** @param {string} version */
function isUsable(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldestUsable[0] || (major === oldestUsable[0] && minor >= oldestUsable[1]);
}

function findNode() {
  if (existsSync(pinnedNode)) return pinnedNode;
  if (isUsable(process.versions.node)) return process.execPath;
  say(`Rollcall needs Node ${oldestUsable.join('.')} or later; this is ${process.versions.node}.`);
  say('The pinned one is missing: it comes with `npm ci`, unless --ignore-scripts or --omit=dev leaves it out.');
  say('Run `npm ci` without these, or put a newer `node` first in PATH.');
  process.exit(1);
}

/**
 * Becomes Node where the platform can: one process, signals and exit code by nature. Else runs it in a child,
 * passes signals on, and ends as it ends.
 *
 * @param {string} node
 * @param {string[]} args
 */
function run(node, args) {
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...args], process.env);
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    // At a terminal, Ctrl-C reaches the child without our help; twice would mean "at once" to a server.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  }
  child.on('error', (error) => {
    say(`Cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

const args = process.argv.slice(2);
if (args.length === 0) {
  say('Usage: node scripts/with-node.mjs FILE.ts [ARGUMENT…]');
  process.exit(2);
}
await installWhatIsMissing();
// A small nursery: what requests leave behind is cleared more often, and the server needs a quarter less memory.
run(findNode(), ['--max-semi-space-size=4', resolve(root, args[0]), ...args.slice(1)]);
