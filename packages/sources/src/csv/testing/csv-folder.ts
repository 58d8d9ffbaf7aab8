import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Completeness, RefusedObject, SourceObject } from '../../source.ts';
import { collect } from '../../suite/source-suite.ts';
import type { CsvSourceOptions } from '../csv-settings.ts';
import { openCsvSource } from '../csv-source.ts';

export interface CsvReadResult {
  readonly objects: readonly SourceObject[];
  readonly refused: readonly RefusedObject[];
  readonly completeness: Completeness;
}

const ONE_USER = 'objectId,userPrincipalName\nu1,ann@example.com\n';

/** A folder of CSV files for one test file, and reads of them. It is made before its tests, and removed after. */
export class CsvFolder {
  #path = '';
  #files = 0;

  constructor() {
    before(async () => {
      this.#path = await mkdtemp(join(tmpdir(), 'rollcall-csv-'));
    });
    after(() => rm(this.#path, { recursive: true }));
  }

  get path(): string {
    return this.#path;
  }

  async fileOf(content: string | Buffer, name = 'users.csv'): Promise<string> {
    this.#files += 1;
    const path = join(this.#path, `${this.#files}-${name}`);
    await writeFile(path, content);
    return path;
  }

  async readUsers(content: string | Buffer, options: Partial<CsvSourceOptions> = {}): Promise<CsvReadResult> {
    return readCsv({ usersFile: await this.fileOf(content), ...options });
  }

  /** Reads a groups file beside a users file of one user. */
  async readGroups(content: string, options: Partial<CsvSourceOptions> = {}): Promise<CsvReadResult> {
    const usersFile = await this.fileOf(ONE_USER);
    const groupsFile = await this.fileOf(content, 'groups.csv');
    const result = await readCsv({ usersFile, groupsFile, ...options });
    return { ...result, objects: result.objects.filter((object) => object.type === 'Group') };
  }
}

export async function readCsv(options: CsvSourceOptions): Promise<CsvReadResult> {
  const sourceRead = openCsvSource(options).readAll({ pageSize: 100 });
  const pages = await collect(sourceRead.pages);
  return {
    objects: pages.flatMap((page) => page.objects),
    refused: pages.flatMap((page) => page.refused),
    completeness: sourceRead.completeness(),
  };
}

export function reasonOf(completeness: Completeness): string {
  return completeness.complete ? '' : completeness.reason;
}
