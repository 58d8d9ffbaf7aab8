/**
 * Every dependency is pinned to one version.
 *
 * Without this check, a range lets an older npm choose an old major without a word (seen with three packages
 * under Node 20), and the embedded database, whose file format moves with its version, opens no folder of
 * yesterday.
 */

import { isJsonObject } from './json-object.ts';
import type { Finding, TextCheck } from './text-check.ts';

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'];

export const exactVersions: TextCheck = {
  name: 'dependencies are pinned to one version',
  appliesTo: (file) => /(?:^|\/)(?:package\.json|requirements\.txt)$/.test(file),
  find: (file, text) => (file.endsWith('.json') ? findRanges(file, text) : findLooseRequirements(file, text)),
};

function findRanges(file: string, text: string): readonly Finding[] {
  const manifest: unknown = JSON.parse(text);
  if (!isJsonObject(manifest)) return [{ file, message: 'is not a JSON object' }];
  const entries = FIELDS.flatMap((field) => Object.entries(isJsonObject(manifest[field]) ? manifest[field] : {}));
  return entries
    .filter(([, version]) => typeof version !== 'string' || !EXACT.test(version))
    .map(([name, version]) => ({
      file,
      message: `${name} is ${String(version)}: name one version (npm i -E ${name})`,
    }));
}

function findLooseRequirements(file: string, text: string): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const requirement = line.replace(/#.*/, '').trim();
    const isLoose = requirement !== '' && !/^[\w.-]+(?:\[[\w,.-]+\])?==[\w.]+$/.test(requirement);
    return isLoose ? [{ file, line: index + 1, message: `${requirement}: pin it with ==` }] : [];
  });
}
