import type {
  Completeness,
  RefusedObject,
  Source,
  SourceObject,
  SourceObjectType,
  SourcePage,
  SourceRead,
  SourceReadOptions,
  SourceTest,
} from '../source.ts';
import { SourceError } from '../source.ts';

/** What a memory source holds, and how it goes wrong. */
export interface MemoryDirectory {
  /** In any order; a read hands users out before groups, each in the given order. */
  readonly objects: readonly SourceObject[];
  readonly refused?: readonly RefusedObject[];
  /** The read ends, and says for this reason that it has not seen everything. */
  readonly incompleteBecause?: string;
  /** Ids of objects that are handed out once more at the end of their type, as Graph does. */
  readonly repeatedIds?: readonly string[];
  /** The read fails with a {SourceError} after so many pages; 0 fails before the first. */
  readonly failsAfterPages?: number;
  /** A page without objects precedes every page, as Graph may send. */
  readonly emptyPages?: boolean;
}

export interface MemorySource extends Source {
  /** Exchanges the directory; a read that has begun keeps the one it began with. */
  set(directory: MemoryDirectory): void;
}

/** A directory in memory, for tests of whatever reads a source. */
export function openMemorySource(directory: MemoryDirectory): MemorySource {
  return new HeldDirectory(directory);
}

class HeldDirectory implements MemorySource {
  #directory: MemoryDirectory;

  constructor(directory: MemoryDirectory) {
    this.#directory = directory;
  }

  set(directory: MemoryDirectory): void {
    this.#directory = directory;
  }

  readAll(options: SourceReadOptions): SourceRead {
    return new MemoryRead(this.#directory, options);
  }

  async attributeNames(type: SourceObjectType): Promise<readonly string[]> {
    const ofType = this.#directory.objects.filter((object) => object.type === type);
    return [...new Set(ofType.flatMap((object) => Object.keys(object.attributes)))];
  }

  async test(): Promise<SourceTest> {
    if (this.#directory.failsAfterPages !== 0) return { ok: true, detail: evidenceOf(this.#directory) };
    return { ok: false, detail: FAILURE, advice: 'Unset failsAfterPages' };
  }
}

class MemoryRead implements SourceRead {
  readonly pages: AsyncIterable<SourcePage>;
  #completeness: Completeness = { complete: false, reason: 'the read has not reached its end' };

  constructor(directory: MemoryDirectory, options: SourceReadOptions) {
    this.pages = this.#read(directory, options);
  }

  completeness(): Completeness {
    return this.#completeness;
  }

  async *#read(directory: MemoryDirectory, { pageSize, signal }: SourceReadOptions): AsyncGenerator<SourcePage> {
    let pages = 0;
    for (const page of pagesOf(directory, pageSize)) {
      signal?.throwIfAborted();
      if (pages === directory.failsAfterPages) throw this.#fail();
      pages += 1;
      yield page;
    }
    if (directory.failsAfterPages !== undefined) throw this.#fail();
    const { incompleteBecause } = directory;
    this.#completeness =
      incompleteBecause === undefined
        ? { complete: true, evidence: evidenceOf(directory) }
        : { complete: false, reason: incompleteBecause };
  }

  #fail(): SourceError {
    this.#completeness = { complete: false, reason: FAILURE };
    return new SourceError(FAILURE);
  }
}

const FAILURE = 'the memory source was told to fail';

function* pagesOf(directory: MemoryDirectory, pageSize: number): Generator<SourcePage> {
  const refused = directory.refused ?? [];
  if (refused.length > 0) yield { objects: [], refused };
  for (const type of ['User', 'Group'] as const) {
    const objects = withRepeats(directory, type);
    for (let start = 0; start < objects.length; start += pageSize) {
      if (directory.emptyPages) yield { objects: [], refused: [] };
      yield { objects: objects.slice(start, start + pageSize), refused: [] };
    }
  }
}

function withRepeats({ objects, repeatedIds = [] }: MemoryDirectory, type: SourceObjectType): readonly SourceObject[] {
  const ofType = objects.filter((object) => object.type === type);
  return [...ofType, ...ofType.filter((object) => repeatedIds.includes(object.id))];
}

function evidenceOf({ objects }: MemoryDirectory): string {
  return `${objects.length} objects in memory`;
}
