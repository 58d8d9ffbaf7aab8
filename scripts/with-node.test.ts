import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';

const A1 = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a1' } };
const A2 = { 'node_modules/a': { version: '2.0.0', integrity: 'sha512-a2' } };
const DEVELOPMENT = { 'node_modules/d': { version: '1.0.0', integrity: 'sha512-d', dev: true } };
const OTHER_MACHINE = { 'node_modules/o': { version: '1.0.0', integrity: 'sha512-o', optional: true } };

interface House {
  /** What package-lock.json asks for. */
  readonly wanted: object;
  /** What `npm ci` left behind earlier; absent in a fresh clone. */
  readonly installed?: object;
}

interface Project {
  readonly folder: string;
  /** How often `npm ci` was run. */
  installs(): number;
  run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
}

/** A project with a stand-in for npm that installs what the lock names and writes down that it was called. */
const NPM = `#!/bin/sh
echo "$@" >> npm-calls
sleep 0.3
mkdir -p node_modules
cp package-lock.json node_modules/.package-lock.json
`;

function makeProject(t: TestContext, { wanted, installed }: House): Project {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-with-node-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(import.meta.dirname, 'with-node.mjs'), join(folder, 'scripts', 'with-node.mjs'));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  writeFileSync(join(folder, 'show.ts'), "console.log('shown ' + process.argv.slice(2)); process.exitCode = 7;");
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'npm'), NPM, { mode: 0o755 });
  if (installed !== undefined) {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
  }
  return { folder, installs: () => countCalls(folder), run: (...args) => runScript(folder, args) };
}

function countCalls(folder: string): number {
  const file = join(folder, 'npm-calls');
  if (!existsSync(file)) return 0;
  const calls = readFileSync(file, 'utf8').trim().split('\n');
  assert.ok(calls.every((call) => call.startsWith('ci')));
  return calls.length;
}

async function runScript(folder: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
  const child = spawn(process.execPath, [join(folder, 'scripts', 'with-node.mjs'), ...args], { cwd: folder, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await once(child, 'close');
  return { code: child.exitCode, output };
}

const HOUSES: readonly (readonly [title: string, house: House, installs: number])[] = [
  ['a fresh clone is installed', { wanted: A1 }, 1],
  ['what is installed is left alone', { wanted: A1, installed: A1 }, 0],
  ['another version is installed', { wanted: A2, installed: A1 }, 1],
  ['a new dependency is installed', { wanted: { ...A1, ...DEVELOPMENT, 'node_modules/b': {} }, installed: A1 }, 1],
  ['what --omit=dev left out stays out', { wanted: { ...A1, ...DEVELOPMENT }, installed: A1 }, 0],
  ['what fits another machine only stays out', { wanted: { ...A1, ...OTHER_MACHINE }, installed: A1 }, 0],
];

for (const [title, house, installs] of HOUSES) {
  test(title, async (t) => {
    const project = makeProject(t, house);
    const { code, output } = await project.run('show.ts', 'x', 'y');
    assert.match(output, /^shown x,y$/m);
    assert.equal(code, 7);
    assert.equal(project.installs(), installs);
  });
}

test('two at once install once', async (t) => {
  const project = makeProject(t, { wanted: A1 });
  const both = await Promise.all([project.run('show.ts'), project.run('show.ts')]);
  assert.deepEqual(
    both.map(({ code }) => code),
    [7, 7],
  );
  assert.equal(project.installs(), 1);
});

test('no script is an error that shows the usage', async (t) => {
  const { code, output } = await makeProject(t, { wanted: A1, installed: A1 }).run();
  assert.equal(code, 2);
  assert.match(output, /^Usage: /);
});
