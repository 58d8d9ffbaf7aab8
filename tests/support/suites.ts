import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Part } from './part.ts';

const root = dirname(dirname(import.meta.dirname));

/** The folder of wire suites, which lies beside the project; `ROLLCALL_SUITES` names another place. */
const suitesFolder = resolve(root, process.env.ROLLCALL_SUITES ?? join('..', 'shared', 'suites'));

/** Path of one file of the suites. */
export const suiteFile = (...parts: readonly string[]): string => join(suitesFolder, ...parts);

export const SUITES: Part = {
  name: 'the wire suites',
  present: existsSync(suiteFile('wire-run.mjs')),
  bring: 'put them into ../shared/suites, or set ROLLCALL_SUITES to their folder',
};
