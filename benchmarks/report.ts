import { cpus, totalmem } from 'node:os';
import type { BenchSize } from './size.ts';

/** One table of `docs/benchmarks.md`. */
export interface Table {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function printTables(tables: readonly Table[]): void {
  for (const { title, columns, rows } of tables) {
    const widths = columns.map((column, index) =>
      Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
    );
    const line = (cells: readonly string[]) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
    console.log(`\n${title}\n${line(columns)}`);
    for (const row of rows) console.log(line(row));
  }
}

export function tablesAsMarkdown(tables: readonly Table[], size: BenchSize): string {
  const parts = tables.map(
    ({ title, note, columns, rows }) =>
      `## ${title}\n\n${note}\n\n${[columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`,
  );
  return `# Benchmarks\n\nThe last run of \`npm run bench -- --write\`. ${machine()} ${sizes(size)}\n\n${parts.join('\n')}`;
}

const machine = (): string =>
  `The machine: ${cpus().length} shared cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
  `Node ${process.versions.node}, PostgreSQL on the same cores. It is noisy: read the ratios, which come from sides that took turns ` +
  '(median, with the lowest and highest in brackets).';

const sizes = ({ users, members, seconds, rounds }: BenchSize): string =>
  `${users.toLocaleString('en')} users, a group of ${members.toLocaleString('en')} members, ${rounds} turns of ${seconds} s for each side.`;

/** A median with its spread: `0.83 (0.79–0.88)`. */
export function spread(values: readonly number[], digits = 2): string {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(digits);
  return `${at(Math.floor(sorted.length / 2))} (${at(0)}–${at(sorted.length - 1)})`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
