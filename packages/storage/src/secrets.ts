import { type DataKey, ensureActiveDataKey, readDataKeys, replaceActiveDataKey, rewrapDataKeys } from './data-key.ts';
import type { Database, Queryable } from './database.ts';
import { decrypt, encrypt, SealError } from './envelope.ts';
import type { MasterKey } from './master-key.ts';

/** The place that a sealed value stands in; elsewhere it does not open. */
export interface SealPlace {
  readonly tenant: string;
  readonly table: string;
  readonly column: string;
  /** The row's key within the tenant; parts of a compound one in the order of the table. */
  readonly row: string | readonly string[];
}

/** The text that binds a sealed value to its place. */
export function sealContext({ tenant, table, column, row }: SealPlace): string {
  return JSON.stringify(['rollcall', tenant, table, column, ...(typeof row === 'string' ? [row] : row)]);
}

export interface SecretsOptions {
  readonly masterKey: MasterKey;
  /** The master key until now: what it wraps is wrapped by `masterKey` first. */
  readonly previousMasterKey?: MasterKey;
  /** Told when the keys could not be read again. Default `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
}

/** Another process may replace the data key; this is how soon the others follow. */
const REFRESH_INTERVAL_MS = 10 * 60_000;
/** Keys older than this are not used to seal: by then a replaced one may have been removed. */
export const KEYS_STALE_AFTER_MS = 24 * 60 * 60_000;

/** First byte of every sealed value, so that another format can follow. */
const FORMAT = 1;
const HEADER_BYTES = 5;

/**
 * Secrets at rest: values are sealed by a data key, data keys are wrapped by the master key.
 *
 * A sealed value is: format (1 byte), id of the data key (4 bytes, big endian), iv (12), tag (16), ciphertext.
 * A copy of the database without the master key gives none of them away.
 */
export class Secrets {
  readonly #database: Database;
  readonly #masterKey: MasterKey;
  #keys: ReadonlyMap<number, DataKey> = new Map();
  #readAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  private constructor(database: Database, masterKey: MasterKey) {
    this.#database = database;
    this.#masterKey = masterKey;
  }

  /**
   * Reads the data keys, and makes the first one in a new database.
   *
   * @throws {MasterKeyError} the database was written with another master key
   */
  static async open(database: Database, options: SecretsOptions): Promise<Secrets> {
    const { masterKey, previousMasterKey, onWarning = process.emitWarning } = options;
    if (previousMasterKey !== undefined) await rewrapDataKeys(database, previousMasterKey, masterKey);
    await ensureActiveDataKey(database, masterKey);
    const secrets = new Secrets(database, masterKey);
    await secrets.refresh();
    secrets.#start(onWarning);
    return secrets;
  }

  /** Stops reading the keys again. To be called before the database is closed. */
  close(): void {
    clearInterval(this.#timer);
  }

  #start(onWarning: (message: string) => void): void {
    const warn = (error: Error): void => onWarning(`the data keys could not be read again: ${error.message}`);
    const refresh = (): void => void this.refresh().catch(warn);
    this.#timer = setInterval(refresh, REFRESH_INTERVAL_MS).unref();
  }

  /** Reads the data keys again: another process may have made one. */
  async refresh(using: Queryable = this.#database): Promise<void> {
    const keys = await readDataKeys(using, this.#masterKey);
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#readAtMs = performance.now();
  }

  /** Encrypts a value for its place; `context` comes from `sealContext`. */
  async seal(plaintext: string, context: string): Promise<Buffer> {
    const key = this.#activeKey();
    const header = Buffer.alloc(HEADER_BYTES, FORMAT);
    header.writeUInt32BE(key.id, 1);
    return Buffer.concat([header, encrypt(key.bytes(), Buffer.from(plaintext), fullContext(key.id, context))]);
  }

  /**
   * Decrypts a value in its place.
   *
   * Inside of a transaction give its handle as `using`: a key that another process has made is read by it.
   *
   * @throws {SealError} the value was changed or moved, or its data key is gone
   */
  async open(sealed: Buffer, context: string, using?: Queryable): Promise<string> {
    const id = dataKeyIdOf(sealed);
    const key = this.#keys.get(id) ?? (await this.#findKey(id, using));
    return decrypt(key.bytes(), sealed.subarray(HEADER_BYTES), fullContext(id, context)).toString('utf8');
  }

  /** Whether the value is sealed by a key that has been replaced. */
  isOutdated(sealed: Buffer): boolean {
    return dataKeyIdOf(sealed) !== this.#activeKey().id;
  }

  /** Replaces the data key for new values; `resealAll` then brings the old values over. */
  async rotate(): Promise<number> {
    const id = await replaceActiveDataKey(this.#database, this.#masterKey);
    await this.refresh();
    return id;
  }

  async #findKey(id: number, using: Queryable | undefined): Promise<DataKey> {
    await this.refresh(using);
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    throw new SealError(`data key ${id} is not in the database: was it restored from a backup of another time?`);
  }

  #activeKey(): DataKey {
    if (performance.now() - this.#readAtMs > KEYS_STALE_AFTER_MS) {
      throw new SealError('the data keys have not been read for a day: sealing with one of them could lose the value');
    }
    for (const key of this.#keys.values()) if (key.active) return key;
    throw new SealError('no data key is active: the table data_key was changed by hand');
  }
}

/** The key's id is authenticated too, so that no value passes for one of another key. */
const fullContext = (keyId: number, context: string): string => JSON.stringify([FORMAT, keyId, context]);

/** @throws {SealError} the bytes are no sealed value */
export function dataKeyIdOf(sealed: Buffer): number {
  if (sealed.length <= HEADER_BYTES || sealed[0] !== FORMAT) throw new SealError('the bytes are no sealed value');
  return sealed.readUInt32BE(1);
}
