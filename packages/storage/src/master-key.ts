import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** The master key is absent, malformed or not the one that the database was written with. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/** The key that wraps all data keys. Its bytes show up in no print of the object. */
export interface MasterKey {
  /** A fingerprint, safe to store and to show. */
  readonly id: string;
  /** The 32 bytes; a function, so that printing the object shows nothing. */
  readonly bytes: () => Buffer;
}

const KEY_BYTES = 32;
const ADVICE = 'ROLLCALL_MASTER_KEY must be 32 random bytes in base64 or hex: openssl rand -base64 32';
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[0-9a-z+/_-]{43}=?$/i;
/** 32 random bytes hold about 30 different ones; fewer than this is a typed or filled-in value. */
const DISTINCT_BYTES_MIN = 12;

/**
 * Reads a master key from its text.
 *
 * @throws {MasterKeyError} it is not 32 bytes in base64 or hex, or is no random value; the text quotes none of it
 */
export function parseMasterKey(text: string): MasterKey {
  const bytes = decode(text.trim());
  if (bytes === undefined) throw new MasterKeyError(ADVICE);
  if (new Set(bytes).size < DISTINCT_BYTES_MIN) {
    throw new MasterKeyError(`${ADVICE}; the value given repeats itself and can be guessed`);
  }
  const id = createHmac('sha256', bytes).update('rollcall master key id').digest('hex').slice(0, 16);
  return { id, bytes: () => bytes };
}

function decode(text: string): Buffer | undefined {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

/** A new random key, as text for `parseMasterKey`. */
export const generateMasterKey = (): string => randomBytes(KEY_BYTES).toString('base64');

const OTHERS_MASK = 0o077;

/**
 * Reads the key file of an embedded database, or makes one that only its owner can read. Once made, it is the
 * one thing without which a backup of the database cannot give its secrets back.
 *
 * @throws {MasterKeyError} others can read the file, or it holds no key
 */
export function readOrCreateMasterKey(path: string): MasterKey {
  createUnlessPresent(path);
  assertPrivate(path);
  try {
    return parseMasterKey(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof MasterKeyError)) throw error;
    throw new MasterKeyError(`${path} holds no master key: restore it from a backup. ${error.message}`);
  }
}

/** Exclusive creation: of two processes that start at once, one makes the key. On disk before it is used. */
function createUnlessPresent(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  try {
    writeSync(descriptor, `${generateMasterKey()}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dirname(path));
}

function assertPrivate(path: string): void {
  if (process.getuid === undefined) return;
  const mode = statSync(path).mode & 0o777;
  if ((mode & OTHERS_MASK) === 0) return;
  throw new MasterKeyError(
    `${path} can be read by others (mode ${mode.toString(8).padStart(4, '0')}): chmod 600 ${path}`,
  );
}
