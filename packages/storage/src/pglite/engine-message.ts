/** What the worker is started with. */
export interface EngineStart {
  /** Folder of the database's files; it exists and holds a database, unless `mayCreate`. */
  readonly dataDir: string;
  /** Every commit is on disk before it is answered. */
  readonly durable: boolean;
  /** Build a new database in an empty folder, which takes 5 to 10 seconds. */
  readonly mayCreate: boolean;
  /** PostgreSQL, compiled: a `WebAssembly.Module`. */
  readonly code: object;
}

/** Main thread to worker. */
export type EngineRequest =
  /** Run a batch of protocol messages. */
  | { readonly kind: 'run'; readonly id: number; readonly bytes: Uint8Array }
  /** A new client comes: end a transaction that was left open, forget prepared statements and settings. */
  | { readonly kind: 'reset'; readonly id: number }
  /** Shut the database down cleanly. */
  | { readonly kind: 'close' };

/** Worker to main thread. */
export type EngineReply =
  | { readonly kind: 'ready'; readonly durable: boolean }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'output'; readonly id: number; readonly bytes: Uint8Array; readonly last: boolean }
  /** The engine's memory can no longer be trusted; only a new worker helps. */
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'closed' };
