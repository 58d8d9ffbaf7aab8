import type { SeededRandom } from '../support/seeded-random.ts';
import { adminCases, readOperations } from './admin-api.ts';
import { bulkCase } from './bulks.ts';
import { filterCase } from './filters.ts';
import type { FuzzCase } from './fuzz-case.ts';
import type { Ground } from './ground.ts';
import { headerCase } from './headers.ts';
import { hugeBodyCase, jsonCase } from './json-texts.ts';
import { pathCase } from './paths.ts';
import { queryCase } from './queries.ts';
import { rawCase } from './raw-bytes.ts';
import { patchCase, resourceCase } from './resources.ts';
import type { Generator } from './scim-case.ts';

/** Makes the cases of a run: the same number and seed make the same case, but for the ids of the ground. */
export async function createFamilies(ground: Ground): Promise<(random: SeededRandom) => FuzzCase> {
  const families: readonly (readonly [weight: number, generator: Generator])[] = [
    [20, filterCase],
    [20, patchCase],
    [12, jsonCase],
    [10, resourceCase],
    [10, pathCase],
    [9, headerCase],
    [9, queryCase],
    [4, bulkCase],
    [4, adminCases(await readOperations(ground))],
    [2, rawCase],
    [0.02, hugeBodyCase],
  ];
  return (random) => random.weighted(families)({ random, ground });
}
