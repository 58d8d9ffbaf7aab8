import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateGroups, type SampleGroupRow } from './sample-groups.ts';
import { generatePeople, type SampleUserRow } from './sample-people.ts';
import { SeededRandom } from './seeded-random.ts';

export interface SampleCompanyOptions {
  readonly seed: number;
  /** Default 1,000. */
  readonly people?: number;
  /** Default 60. */
  readonly groups?: number;
}

export interface SampleCompany {
  readonly users: readonly SampleUserRow[];
  readonly groups: readonly SampleGroupRow[];
}

/**
 * Makes a company: people in departments and offices on four continents, with managers, some disabled, and
 * groups, some of groups. The same seed and numbers give the same company. No name, number or address in
 * it belongs to anyone.
 */
export function generateCompany({ seed, people = 1000, groups = 60 }: SampleCompanyOptions): SampleCompany {
  checkCount('people', people);
  checkCount('groups', groups);
  const random = new SeededRandom(seed);
  const users = generatePeople(random, people);
  return { users, groups: generateGroups(random, users, groups) };
}

/** Writes a company as `users.csv` and `groups.csv` into a folder, which is made where it is missing. */
export async function writeCompany(
  folder: string,
  options: SampleCompanyOptions,
): Promise<{ readonly usersFile: string; readonly groupsFile: string }> {
  const { users, groups } = generateCompany(options);
  await mkdir(folder, { recursive: true });
  const [usersFile, groupsFile] = [join(folder, 'users.csv'), join(folder, 'groups.csv')];
  await writeFile(usersFile, csvLines(users));
  await writeFile(groupsFile, csvLines(groups));
  return { usersFile, groupsFile };
}

function checkCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new TypeError(`${name} must be a positive whole number, not ${count}`);
}

function* csvLines(rows: readonly (SampleUserRow | SampleGroupRow)[]): Generator<string> {
  const [first] = rows;
  if (first) yield csvLine(Object.keys(first));
  for (const row of rows) yield csvLine(Object.values(row));
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
