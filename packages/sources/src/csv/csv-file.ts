import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SourceError } from '../source.ts';
import { CsvFault } from './csv-fault.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * A file held open over both passes, so that they read the same bytes even when another program puts a
 * new file in its place.
 */
export class CsvFile {
  /** The file's name without its folder, as messages show it. */
  readonly name: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #opened: Stats;

  private constructor(path: string, handle: FileHandle, opened: Stats) {
    this.name = basename(path);
    this.#path = path;
    this.#handle = handle;
    this.#opened = opened;
  }

  /** Throws {SourceError} when there is no readable regular file at the path. */
  static async open(path: string): Promise<CsvFile> {
    await checkRegularFile(path);
    const handle = await open(path, 'r').catch((cause: unknown) => refuse(path, cause));
    return new CsvFile(path, handle, await handle.stat());
  }

  /** Yields the bytes from an offset on, each chunk in memory of its own. */
  async *chunks(start: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    let position = start;
    for (;;) {
      signal?.throwIfAborted();
      const chunk = await this.read(position, CHUNK_BYTES);
      if (chunk.length === 0) return;
      position += chunk.length;
      yield chunk;
    }
  }

  async read(position: number, bytesMax: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(bytesMax), 0, bytesMax, position);
    return buffer.subarray(0, bytesRead);
  }

  /**
   * Throws {CsvFault} when the file is no longer the one that was opened, or was written to since.
   * A writer that keeps size and time is caught by the comparison of both passes' digests.
   */
  async checkUnchanged(): Promise<void> {
    const held = await this.#handle.stat();
    const there = await stat(this.#path).catch(() => undefined);
    if (there && sameState(held, this.#opened) && sameState(there, this.#opened)) return;
    throw changedFault(this.name);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

export function changedFault(file: string): CsvFault {
  return new CsvFault({
    file,
    problem: 'the file changed while it was being read',
    advice: 'Write the export under another name, rename it when it is complete, and start the cycle again',
  });
}

function sameState(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev && one.size === other.size && one.mtimeMs === other.mtimeMs;
}

/** Opening a named pipe would wait for its writer, so the kind is asked for first. */
async function checkRegularFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => refuse(path, cause));
  if (found.isFile()) return;
  throw new SourceError(`${path} is not a file. Give the path of the CSV file itself`);
}

function refuse(path: string, cause: unknown): never {
  throw new SourceError(`${path} cannot be read: ${reasonOf(cause)}`, { cause });
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file. Check the path, and that the export has run';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied. Give the server read access to it';
  return cause instanceof Error ? cause.message : String(cause);
}
