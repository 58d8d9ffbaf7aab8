/**
 * No file names a folder of the machine on which it was written.
 *
 * Without this check, a test or a page works for its author only: the path is right there, and nowhere else.
 */

import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { findPattern, type TextCheck } from './text-check.ts';

const root = dirname(dirname(import.meta.dirname));
const PERSONAL_FOLDERS = String.raw`(?<![\w.})\]/-])/(?:home|root|work)/[\w.-]+`;

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Folders of this machine that are long enough not to be ordinary words. */
const ownFolders = [root, homedir()].filter((folder) => folder.split('/').length > 2).map(escapeRegExp);
const PATTERN = new RegExp([PERSONAL_FOLDERS, ...ownFolders].join('|'), 'g');

export const machinePaths: TextCheck = {
  name: 'no paths of one machine',
  appliesTo: () => true,
  find: (file, text) =>
    findPattern(file, text, PATTERN, 'names a folder of one machine: use a relative path or an environment variable'),
};
