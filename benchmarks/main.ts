/**
 * `npm run bench`: the figures of the budgets, each beside its baseline in the same run.
 *
 *   npm run bench                    every benchmark
 *   npm run bench -- service         one of them
 *   npm run bench -- --json          for programs
 *   npm run bench -- service --users=1000000 --members=1000000     the long form
 *   npm run bench -- --write         writes docs/benchmarks.md too
 *
 * Machines are noisy: what counts is the ratio of two runs that took turns, never one absolute number.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchExpressions } from './expressions.ts';
import { printTables, type Table, tablesAsMarkdown } from './report.ts';
import { benchService } from './service.ts';
import type { BenchSize } from './size.ts';
import { benchTokens } from './tokens.ts';

const BENCHMARKS: Readonly<Record<string, (size: BenchSize) => Promise<readonly Table[]>>> = {
  service: benchService,
  tokens: benchTokens,
  expressions: benchExpressions,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    users: { type: 'string', default: '100000' },
    members: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
  },
});

const size: BenchSize = {
  users: Number(values.users),
  members: Number(values.members),
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
};
const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const tables: Table[] = [];
for (const name of names) {
  const benchmark = BENCHMARKS[name];
  if (!benchmark) throw new Error(`There is no benchmark "${name}". Known are ${Object.keys(BENCHMARKS).join(', ')}.`);
  tables.push(...(await benchmark(size)));
}
if (values.json) console.log(JSON.stringify(tables, null, 2));
else printTables(tables);
if (values.write) await writeFile(new URL('../docs/benchmarks.md', import.meta.url), tablesAsMarkdown(tables, size));
