/**
 * package-lock.json names packages by version and checksum, never by address.
 *
 * Without this check, a lock written behind a private registry sends everyone else there, and `npm ci` fails
 * or takes packages from a host that nobody chose; a package without a checksum, or with an install script
 * that nobody allowed, runs whatever the registry hands out (abuse case P5 of the platform).
 */

import { isJsonObject, type JsonObject } from './json-object.ts';
import type { Finding, TextCheck } from './text-check.ts';

/** The one package that places its binary by an install script: the pinned Node. */
const INSTALL_SCRIPTS_ALLOWED = ['node_modules/node'];

export const lockFile: TextCheck = {
  name: 'lock files hold checksums and no addresses',
  appliesTo: (file) => /(?:^|\/)(?:package-lock\.json|\.npmrc|requirements\.txt)$/.test(file),
  find: (file, text) => (file.endsWith('.json') ? findInLock(file, text) : findAddress(file, text)),
};

function findInLock(file: string, text: string): readonly Finding[] {
  const lock: unknown = JSON.parse(text);
  const packages = isJsonObject(lock) ? lock.packages : undefined;
  if (!isJsonObject(packages)) return [{ file, message: 'has no `packages`: write it with npm 7 or later' }];
  return Object.entries(packages).flatMap(([path, entry]) =>
    isJsonObject(entry) ? problemsOf(path, entry).map((message) => ({ file, message: `${path}: ${message}` })) : [],
  );
}

function problemsOf(path: string, entry: JsonObject): readonly string[] {
  if (!path.includes('node_modules/') || entry.link === true) return [];
  const problems: string[] = [];
  if ('resolved' in entry) {
    problems.push('has an address: set omit-lockfile-registry-resolved=true in .npmrc and write the lock again');
  }
  if (typeof entry.integrity !== 'string' && entry.inBundle !== true) {
    problems.push('has no checksum: install it from a registry');
  }
  if (entry.hasInstallScript === true && entry.optional !== true && !INSTALL_SCRIPTS_ALLOWED.includes(path)) {
    problems.push(
      'runs a script when it is installed: choose another package, or allow it in this check with a reason',
    );
  }
  return problems;
}

function findAddress(file: string, text: string): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const isAddress = /^\s*[^#\s].*:\/\/|^\s*(?:.*:)?registry\s*=|^\s*--?(?:index-url|extra-index-url|i)\b/.test(line);
    return isAddress ? [{ file, line: index + 1, message: 'names a host: leave the choice to who installs' }] : [];
  });
}
