import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `rc`: a provisioning token of one endpoint. `rk`: a key of the admin API. */
export type CredentialPrefix = 'rc' | 'rk';

/** A credential at the only moment at which its text is known. */
export interface NewCredential {
  /** The public part: it may be shown and logged for ever. */
  readonly id: string;
  /** `rc_<id>_<random>`: shown once, never stored. */
  readonly text: string;
  /** SHA-256 of the random part: what is stored. */
  readonly hash: Buffer;
}

/** What a request presents: the id to look up, and the hash to compare. */
export interface PresentedCredential {
  readonly id: string;
  readonly hash: Buffer;
}

/** 32 letters and digits without those that people confuse, so that five random bits make one. */
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 12;
const RANDOM_BYTES = 32;

const FORMS: Readonly<Record<CredentialPrefix, RegExp>> = {
  rc: /^rc_([0-9a-z]{12})_([A-Za-z0-9_-]{43})$/,
  rk: /^rk_([0-9a-z]{12})_([A-Za-z0-9_-]{43})$/,
};

const ID_FORM = /^[0-9a-z]{12}$/;

const BEARER = /^bearer +([A-Za-z0-9._~+/=-]{1,512}) *$/i;

/** Makes a credential of 256 random bits with a public id of 60 more. */
export function newCredential(prefix: CredentialPrefix): NewCredential {
  const id = Array.from(randomBytes(ID_LENGTH), (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('');
  const random = randomBytes(RANDOM_BYTES).toString('base64url');
  return { id, text: `${prefix}_${id}_${random}`, hash: hashSecret(random) };
}

/** Whether a text can be the id of a credential. What cannot is not looked up: it may hold what no database stores. */
export const isCredentialId = (text: string): boolean => ID_FORM.test(text);

/** Reads a credential's text; undefined when it is not of that form. */
export function parseCredential(prefix: CredentialPrefix, text: string): PresentedCredential | undefined {
  const [, id, random] = FORMS[prefix].exec(text) ?? [];
  return id === undefined || random === undefined ? undefined : { id, hash: hashSecret(random) };
}

/**
 * The text behind `Bearer` in an Authorization header; undefined when there is none.
 *
 * @see RFC 6750 2.1
 */
export function readBearer(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
}

/**
 * SHA-256, without salt and stretching: the value has 256 random bits, so there is nothing to guess, and a
 * slow hash would give every request a price that a stranger can make the server pay.
 */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Compares two hashes in a time that does not depend on where they differ. */
export function equalHashes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
