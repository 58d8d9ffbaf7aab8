import type { SeededRandom } from '../support/seeded-random.ts';
import { AdminCases } from './admin-api.ts';
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

/** The cases of a run: the same number and seed make the same case, but for the ids of the ground. */
export class Families {
  readonly #ground: Ground;
  readonly #admin: AdminCases;
  readonly #families: readonly (readonly [weight: number, generator: Generator])[];

  private constructor(ground: Ground, admin: AdminCases) {
    this.#ground = ground;
    this.#admin = admin;
    this.#families = [
      [20, filterCase],
      [20, patchCase],
      [12, jsonCase],
      [10, resourceCase],
      [10, pathCase],
      [9, headerCase],
      [9, queryCase],
      [4, bulkCase],
      [4, (making) => admin.case(making)],
      [2, rawCase],
      [0.02, hugeBodyCase],
    ];
  }

  static async prepare(ground: Ground): Promise<Families> {
    return new Families(ground, await AdminCases.prepare(ground));
  }

  makeCase(random: SeededRandom): FuzzCase {
    return random.weighted(this.#families)({ random, ground: this.#ground });
  }

  /** Between batches: what the last one deleted is made again, and what it made is known. */
  async refresh(): Promise<void> {
    await this.#ground.replenish();
    await this.#admin.refresh();
  }
}
