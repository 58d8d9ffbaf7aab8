import type {
  Completeness,
  RefusedObject,
  Source,
  SourceObject,
  SourceObjectType,
  SourcePage,
  SourceReference,
} from '@rollcall/sources';
import type { Database, Queryable } from '@rollcall/storage';
import type { Clock } from '../ports.ts';
import { closeRead } from './close-read.ts';
import type { ReadKey } from './read-key.ts';
import { storePage } from './store-page.ts';
import { findUnstorable, isUnstorableText } from './unstorable.ts';

export interface ImportInput {
  readonly database: Database;
  readonly source: Source;
  readonly key: ReadKey;
  readonly clock: Clock;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  /** Runs in the transaction of each page. */
  onPage(tx: Queryable, counts: PageCounts): Promise<void>;
  /** Runs when a page is stored, outside of any transaction. */
  onStored(counts: PageCounts): void;
  /** Runs in the transaction that closes the read. */
  onEnd(tx: Queryable, completeness: Completeness): Promise<void>;
}

export interface PageCounts {
  readonly objects: number;
  readonly refused: readonly RefusedObject[];
}

/** Closing compares the whole directory once; a million rows take seconds. */
const CLOSE_TIMEOUT_MS = 10 * 60_000;

/**
 * Copies a source into the engine's tables, one transaction for each page, and closes the read.
 *
 * A read that is killed leaves what its pages brought, and closes nothing.
 *
 * @throws {SourceError} the source cannot be read as it is
 */
export async function importSource(input: ImportInput): Promise<Completeness> {
  const { database, source, key, clock, pageSize, signal } = input;
  const unidentified = new Set<SourceObjectType>();
  let rows = 0;
  const read = source.readAll({ pageSize, signal });
  for await (const page of read.pages) {
    signal.throwIfAborted();
    const { objects, refused } = separate(page);
    const counts = { objects: objects.length, refused };
    for (const { type, id } of refused) if (id === undefined) unidentified.add(type);
    rows += await database.transaction(async (tx) => {
      await input.onPage(tx, counts);
      return storePage(tx, key, { objects, seenOnly: refused.flatMap(identified), firstRow: rows, now: clock.now() });
    });
    input.onStored(counts);
  }
  signal.throwIfAborted();
  const end = { completeness: read.completeness(), rows, unidentified, now: clock.now() };
  return database.transaction(
    async (tx) => {
      const completeness = await closeRead(tx, key, end);
      await input.onEnd(tx, completeness);
      return completeness;
    },
    { statementTimeoutMs: CLOSE_TIMEOUT_MS },
  );
}

/** Objects that the database cannot hold are refused like those that the source refuses. */
function separate({ objects, refused }: SourcePage): SourcePage {
  const usable: SourceObject[] = [];
  const unusable: RefusedObject[] = [];
  for (const object of objects) {
    const reason = findUnstorable(object);
    if (reason === undefined) usable.push(object);
    else unusable.push(refusal(object, reason));
  }
  return { objects: usable, refused: [...refused, ...unusable] };
}

/** An id that no row can hold names nobody whom we know. */
function refusal({ type, id }: SourceObject, reason: string): RefusedObject {
  return isUnstorableText(id) ? { type, reason } : { type, id, reason };
}

function identified({ type, id }: RefusedObject): readonly SourceReference[] {
  return id === undefined ? [] : [{ type, id }];
}
