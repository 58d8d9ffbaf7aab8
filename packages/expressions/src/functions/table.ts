import { APP_ROLES } from './app-role.ts';
import { DATES } from './date.ts';
import { diacritics } from './diacritics.ts';
import { ENCODING } from './encoding.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { LETTER_CASE } from './letter-case.ts';
import { LISTS } from './list.ts';
import { LOGIC } from './logic.ts';
import { properCase } from './proper-case.ts';
import { RANDOM } from './random.ts';
import { replace } from './replace.ts';
import { TEXT } from './text.ts';

/** It asks the target which values are taken, which no function of a source object can. */
const selectUniqueValue: FunctionDefinition = {
  name: 'SelectUniqueValue',
  parameters: [],
  repeating: { group: [{ name: 'uniqueValueRule' }], groupsMin: 2 },
  outermost: true,
  unsupported: 'it has to ask the target which values are taken',
};

/**
 * Every function of the language, by its name. Names are case-sensitive.
 *
 * @see Entra, "Reference for writing expressions", List of Functions
 */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  [
    ...LOGIC,
    ...TEXT,
    ...LETTER_CASE,
    properCase,
    diacritics,
    replace,
    ...LISTS,
    ...DATES,
    ...ENCODING,
    ...RANDOM,
    ...APP_ROLES,
    selectUniqueValue,
  ].map((definition) => [definition.name, definition]),
);
