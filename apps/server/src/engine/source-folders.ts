import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SourceError } from '@rollcall/sources';

/**
 * The folders in which an operator keeps what tenants may read as a source.
 *
 * A tenant's files lie in the folder of its slug below one of them, and nothing else can be read: neither
 * other files of this machine nor those of another tenant, whatever a path says and wherever a link leads.
 */
export class SourceFolders {
  readonly #folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.#folders = folders.map((folder) => resolve(folder));
  }

  /**
   * The file that a tenant means by a path: relative to its folder, or absolute and in it. A file that is not
   * there yet is answered as well.
   *
   * @throws {SourceError} the path leads out of the tenant's folder; whether there is a file, it does not say
   */
  async resolve(tenant: string, path: string): Promise<string> {
    const bases = this.#folders.map((folder) => join(folder, tenant));
    const candidates = bases.map((base) => ({ base, file: resolve(base, path) })).filter(isInside);
    if (candidates.length === 0) throw outside(tenant, path);
    for (const candidate of candidates) {
      const found = await followLinks(candidate);
      if (found === undefined) continue;
      if (!isInside(found)) throw outside(tenant, path);
      return found.file;
    }
    return candidates[0]?.file ?? path;
  }
}

interface Candidate {
  readonly base: string;
  readonly file: string;
}

function isInside({ base, file }: Candidate): boolean {
  const way = relative(base, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Undefined when there is no such file. */
async function followLinks({ base, file }: Candidate): Promise<Candidate | undefined> {
  try {
    return { base: await realpath(base), file: await realpath(file) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw new SourceError(`${file} cannot be read: give the server read access to it`, { cause: error });
  }
}

function outside(tenant: string, path: string): SourceError {
  return new SourceError(
    `${JSON.stringify(path)} is not a file of this tenant: give the name of a file in the folder "${tenant}" below ` +
      "one of the operator's source folders (ROLLCALL_SOURCE_FOLDERS)",
  );
}
