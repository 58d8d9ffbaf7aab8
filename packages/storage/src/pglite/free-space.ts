import { statfsSync } from 'node:fs';
import { DatabaseUnavailableError } from '../database-error.ts';
import type { Statement } from '../sql.ts';

export interface FreeSpaceOptions {
  /** Any path on the file system that the database fills. */
  readonly path: string;
  /** Below so many free bytes, writes are refused. */
  readonly floorBytes: number;
  /** How old a measurement may be. Default 100. */
  readonly staleAfterMs?: number;
  /** Measures the free bytes; a parameter for tests. */
  readonly measure?: (path: string) => number;
}

export const FREE_SPACE_FLOOR_BYTES = 128 * 1024 * 1024;

/** Statements that take no room, or that end a transaction and give room back. */
const READS = /^\s*(?:select|show|begin|commit|rollback|set|values|explain|table|checkpoint|vacuum)\b/i;
const WITH = /^\s*with\b/i;
const WRITES_INSIDE = /\b(?:insert|update|delete|merge)\b/i;

const isRead = (text: string): boolean => READS.test(text) || (WITH.test(text) && !WRITES_INSIDE.test(text));

/**
 * Refuses writes while the disk is nearly full. PostgreSQL in WASM does not survive a full disk in its log: it
 * spins for ever. Reads go on, and writes too as soon as there is room again.
 */
export class FreeSpace {
  readonly #options: FreeSpaceOptions;
  readonly #measure: (path: string) => number;
  #freeBytes = Number.POSITIVE_INFINITY;
  #measuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: FreeSpaceOptions) {
    this.#options = options;
    this.#measure = options.measure ?? measureFreeBytes;
  }

  /** @throws {DatabaseUnavailableError} `53100`: the statement writes, and there is no room */
  admit(statement: Statement): void {
    const { floorBytes, path } = this.#options;
    const freeBytes = this.#currentFreeBytes();
    if (freeBytes >= floorBytes || isRead(statement.text)) return;
    throw new DatabaseUnavailableError(
      `the disk of ${path} has ${toMegabytes(freeBytes)} MB left and writes need ${toMegabytes(floorBytes)} MB: ` +
        'free some space; reads go on',
      { code: '53100' },
    );
  }

  #currentFreeBytes(): number {
    const now = performance.now();
    if (now - this.#measuredAtMs < (this.#options.staleAfterMs ?? 100)) return this.#freeBytes;
    this.#freeBytes = this.#measure(this.#options.path);
    this.#measuredAtMs = now;
    return this.#freeBytes;
  }
}

const toMegabytes = (bytes: number): number => Math.floor(bytes / (1024 * 1024));

function measureFreeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
