import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export type DatabaseKind = 'pglite' | 'postgresql';

const DATABASES: readonly DatabaseKind[] = ['pglite', 'postgresql'];

export interface ProofArguments {
  readonly seed: number;
  /** The form that CI runs. */
  readonly short: boolean;
  readonly databases: readonly DatabaseKind[];
  /** A whole number given by its name, such as `--rounds 60`; undefined when it is absent. */
  number(name: string): number | undefined;
}

export interface ProofOptions {
  /** Names of the numbers that this proof takes beside `--seed`. */
  readonly numbers: readonly string[];
  /** Without `--database`. */
  readonly databases: readonly DatabaseKind[];
}

/**
 * Reads `--seed N --short --database pglite|postgresql` and a proof's own numbers.
 *
 * @throws {Error} an option is unknown, or a value cannot be used
 */
export function readProofArguments({ numbers, databases }: ProofOptions): ProofArguments {
  const names = ['seed', ...numbers];
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean' },
      database: { type: 'string' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const given: Readonly<Record<string, unknown>> = values;
  const number = (name: string): number | undefined => readNumber(name, given[name]);
  return {
    seed: number('seed') ?? randomInt(2 ** 31),
    short: values.short === true,
    databases: values.database === undefined ? databases : [readDatabase(values.database)],
    number,
  };
}

function readNumber(name: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`--${name} ${String(text)}: give a whole number`);
}

function readDatabase(text: string): DatabaseKind {
  const kind = DATABASES.find((each) => each === text);
  if (kind !== undefined) return kind;
  throw new Error(`--database ${text}: choose ${DATABASES.join(' or ')}`);
}
