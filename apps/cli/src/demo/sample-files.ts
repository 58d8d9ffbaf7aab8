import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeCompany } from '@rollcall/server';

export interface SampleSize {
  readonly people: number;
  readonly groups: number;
}

/** One company for everybody: what one reader sees, the next one sees too. */
const SEED = 1;

/**
 * Writes the sample company into the folder, unless it is there: a changed file is what a reader tries next, and
 * must survive. Answers whether it was written.
 */
export async function ensureSampleFiles(folder: string, size: SampleSize): Promise<boolean> {
  if (existsSync(folder)) return false;
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, '.sample-'));
  try {
    await writeCompany(unfinished, { seed: SEED, ...size });
    // At once or not at all: half a file would be a directory that has lost people.
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return true;
}
