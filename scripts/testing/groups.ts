/** Test files that run alike. */
export interface Group {
  readonly name: string;
  readonly files: readonly string[];
  /** `none`: all files in one process, twenty times as fast; for code that shares no state and opens nothing. */
  readonly isolation: 'none' | 'process';
  /** Files at a time. */
  readonly concurrency: number;
}

interface Kind extends Omit<Group, 'files'> {
  holds(file: string): boolean;
}

const KINDS: readonly Kind[] = [
  {
    name: 'pure packages',
    isolation: 'none',
    concurrency: 1,
    holds: (file) => /^(?:packages\/(?:scim|expressions)|scripts)\//.test(file),
  },
  {
    name: 'packages and apps',
    isolation: 'process',
    concurrency: 2,
    holds: (file) => /^(?:packages|apps|benchmarks)\//.test(file),
  },
  { name: 'whole servers', isolation: 'process', concurrency: 2, holds: (file) => file.startsWith('tests/') },
];

/**
 * Sorts test files into groups, quickest feedback first. Groups without a file are left out.
 *
 * @param filters keep only files whose path contains one of these texts; none keeps all
 * @throws {TypeError} a file belongs to no group, so it would never run
 */
export function groupTests(files: readonly string[], filters: readonly string[] = []): readonly Group[] {
  const lost = files.find((file) => !KINDS.some((kind) => kind.holds(file)));
  if (lost !== undefined) throw new TypeError(`${lost} belongs to no group of tests: add its folder in groups.ts`);
  const wanted = files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  return KINDS.map(({ holds, ...kind }, index) => ({
    ...kind,
    files: wanted.filter((file) => KINDS.findIndex((each) => each.holds(file)) === index).sort(),
  })).filter((group) => group.files.length > 0);
}
