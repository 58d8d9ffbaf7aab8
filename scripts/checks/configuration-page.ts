/**
 * Every environment variable of ours is explained in docs/configuration.md.
 *
 * Without this check, a setting exists for whoever wrote it, and an operator who meets it in an error message
 * finds nothing about it.
 */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TextCheck } from './text-check.ts';

const page = join(dirname(dirname(import.meta.dirname)), 'docs', 'configuration.md');
const explained = existsSync(page) ? readFileSync(page, 'utf8') : '';

export const configurationPage: TextCheck = {
  name: 'docs/configuration.md explains every variable',
  appliesTo: (file) => (/\.(?:ts|mjs)$/.test(file) && !file.endsWith('.test.ts')) || file === '.ci/run',
  find: (file, text) => {
    const names = new Set(Array.from(text.matchAll(/\bROLLCALL_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g), ([name]) => name));
    return [...names]
      .filter((name) => !explained.includes(`\`${name}\``))
      .map((name) => ({ file, message: `reads ${name}, which docs/configuration.md does not explain` }));
  },
};
