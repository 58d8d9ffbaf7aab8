/**
 * `npm run proof -- NAME [ARGUMENT…]`: one of the long proofs in tests/proofs; without a name, the list of them.
 *
 * A proof is a program of its own: its header's first line says what it shows, a line `Length: …` how long it
 * takes, and its last line of output is `N passed, N failed`. Each takes `--short`, the form that CI runs.
 */

import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const folder = join(dirname(import.meta.dirname), 'tests', 'proofs');

interface Proof {
  readonly name: string;
  readonly shows: string;
  readonly length: string;
}

function readProof(file: string): Proof {
  const [, header = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
  const lines = header.split('\n').map((line) => line.replace(/^\s*\*?\s*/, '').trim());
  const length = lines.find((line) => line.startsWith('Length:'));
  const shows = lines.find((line) => line !== '');
  if (shows === undefined || length === undefined) {
    throw new Error(`tests/proofs/${file} must open with a comment: what it shows, and a line "Length: …"`);
  }
  return { name: basename(file, '.ts'), shows, length: length.replace('Length:', '').trim() };
}

function list(): void {
  const proofs = globSync('*.ts', { cwd: folder })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map(readProof);
  const width = Math.max(0, ...proofs.map(({ name }) => name.length));
  console.log('npm run proof -- NAME [--short]\n');
  for (const { name, shows, length } of proofs) console.log(`  ${name.padEnd(width)}  ${shows} (${length})`);
}

/** Ends as the proof ends. */
function run(file: string, args: readonly string[]): void {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

const [name, ...args] = process.argv.slice(2).filter((argument) => argument !== '--');
const file = join(folder, `${name}.ts`);
if (name === undefined) {
  list();
} else if (/^[a-z][a-z-]*$/.test(name) && existsSync(file)) {
  run(file, args);
} else {
  console.error(`There is no proof named ${name}.\n`);
  list();
  process.exitCode = 2;
}
