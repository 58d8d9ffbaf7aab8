import type { FunctionDefinition } from './function-definition.ts';
import { LETTER_CASE } from './letter-case.ts';
import { LOGIC } from './logic.ts';
import { replace } from './replace.ts';
import { TEXT } from './text.ts';

/**
 * Every function of the language, by its name. Names are case-sensitive.
 *
 * @see Entra, "Reference for writing expressions", List of Functions
 */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  [...LOGIC, ...TEXT, ...LETTER_CASE, replace].map((definition) => [definition.name, definition]),
);
