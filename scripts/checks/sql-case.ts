/**
 * SQL must not fold case.
 *
 * Without this check, two user names become one on one database and stay two on the other: JavaScript folds
 * U+0130 to two code points, PostgreSQL to one, and each collation has rules of its own. One folded key is
 * made by `foldText` of @rollcall/scim, and the database compares bytes (abuse case S11).
 */

import { findPattern, type TextCheck } from './text-check.ts';

const FOLDING = /(?<![.\w])(?:lower|upper|initcap)\s*\(\s*(?=[^)\s])|\b(?:n?i)like\b|\bcitext\b/gi;
const MESSAGE =
  'SQL that folds case disagrees with foldText of @rollcall/scim (S11): compare the folded column instead';

export const sqlCase: TextCheck = {
  name: 'no folding of case in SQL',
  appliesTo: (file) => /^(?:packages|apps)\/.+\.(?:ts|sql)$/.test(file) && !file.endsWith('.test.ts'),
  find: (file, text) => findPattern(file, text, FOLDING, MESSAGE),
};
