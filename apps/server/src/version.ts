import { createRequire } from 'node:module';
import { z } from 'zod';

const PACKAGE = z.object({ version: z.string() });

/** The version of this program, as its package says. */
export const VERSION: string = PACKAGE.parse(createRequire(import.meta.url)('../package.json')).version;
