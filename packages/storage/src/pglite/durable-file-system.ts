import { fsyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { syncFolder } from '../sync-folder.ts';

type Init = NodeFS['init'];
type Module = Parameters<NonNullable<NonNullable<Parameters<Init>[1]['preRun']>[number]>>[0];

/** The parts of the WASM file system that a hook touches; its own types name none of them. */
interface NodeBackend {
  readonly stream_ops: { fsync?: (stream: OpenFile) => number };
  realPath(node: unknown): string;
  tryFSOperation<T>(work: () => T): T;
}

interface OpenFile {
  /** The descriptor of Node; folders may have none. */
  readonly nfd?: number;
  readonly node: { readonly mode: number };
}

/**
 * Files of the host in which PostgreSQL's fsync reaches the disk.
 *
 * The file system that PGlite brings has no fsync: whatever PostgreSQL is told, a power cut then loses nearly
 * all that was acknowledged. `fsyncCount` lets the start prove that a commit arrives here.
 */
export class DurableFileSystem extends NodeFS {
  #fsyncCount = 0;

  get fsyncCount(): number {
    return this.#fsyncCount;
  }

  override async init(...[pg, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [...(emscriptenOpts.preRun ?? []), (module: Module) => this.#addHook(module)];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }

  #addHook(module: Module): void {
    const backend = module.NODEFS as unknown as NodeBackend;
    const isFolder = (mode: number): boolean => module.FS.isDir(mode);
    backend.stream_ops.fsync = (file) => {
      // An error goes back as errno, at which PostgreSQL stops itself rather than answer a commit.
      backend.tryFSOperation(() => {
        if (isFolder(file.node.mode)) syncFolder(backend.realPath(file.node));
        else if (file.nfd !== undefined) fsyncSync(file.nfd);
      });
      this.#fsyncCount += 1;
      return 0;
    };
  }
}
